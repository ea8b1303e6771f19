import { beforeAll, expect, test } from 'vitest';
import vietnamese from '../../i18n/vi/staff-all.ts';
import { startTexts } from '../../lib/i18n.svelte.ts';
import { placeName, readable, stepsFrom } from './life.ts';

beforeAll(() => startTexts(vietnamese, async () => ({})));

test('a place inside a list is named by its letter or number', () => {
  expect(placeName('options[1]')).toBe('Phương án B');
  expect(placeName('gaps[0]')).toBe('Chỗ trống 1');
  expect(placeName('stem')).toBe('Câu hỏi');
});

test('codes are compared as the words that people know', () => {
  const segments = [
    { op: 'same' as const, text: 'van_dung' },
    { op: 'added' as const, text: '_cao' },
  ];
  expect(readable('difficulty', segments)).toEqual([
    { op: 'removed', text: 'Vận dụng' },
    { op: 'added', text: 'Vận dụng cao' },
  ]);
  expect(readable('stem', segments)).toBe(segments);
});

test('only the steps that a right opens are offered', () => {
  expect(stepsFrom('in_review', ['read', 'use'])).toEqual([]);
  expect(stepsFrom('in_review', ['read', 'edit'])).toEqual(['retire']);
  expect(stepsFrom('in_review', ['read', 'approve'])).toEqual(['approve', 'return']);
  expect(stepsFrom('retired', ['read', 'edit', 'approve'])).toEqual([]);
});
