import { expect, test } from 'vitest';
import { grouped } from './losses.ts';

test('losses are put together by what is lost, whole questions first', () => {
  const lost = (number: number, field: string, left_out = false) => ({ number, field, left_out });
  expect(
    grouped([lost(1, 'media'), lost(2, 'type', true), lost(1, 'media'), lost(3, 'media'), lost(4, 'type')]),
  ).toEqual([
    { field: 'type', whole: true, numbers: [2] },
    { field: 'media', whole: false, numbers: [1, 3] },
    { field: 'type', whole: false, numbers: [4] },
  ]);
  expect(grouped([])).toEqual([]);
});
