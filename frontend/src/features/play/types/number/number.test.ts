import { expect, it } from 'vitest';
import { readNumber } from './number.ts';

it('reads the Vietnamese comma, the phone’s point and grouped thousands', () => {
  expect(readNumber('1234,5', false)).toBe('1234.5');
  expect(readNumber('1234.5', false)).toBe('1234.5');
  expect(readNumber('1.234,5', false)).toBe('1234.5');
  expect(readNumber('12.500', false)).toBe('12500');
  expect(readNumber(' 007 ', true)).toBe('7');
});

it('refuses what is no number, and a fraction or a sign where a whole one is asked', () => {
  for (const text of ['', '16a', '1,2,3', '--1', '1e9']) expect(readNumber(text, false)).toBeUndefined();
  expect(readNumber('-3', false)).toBe('-3');
  expect(readNumber('-3', true)).toBeUndefined();
  expect(readNumber('3,5', true)).toBeUndefined();
});
