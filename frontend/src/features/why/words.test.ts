import { beforeAll, expect, it } from 'vitest';
import common from '../../i18n/vi/common.json';
import later from '../../i18n/vi/student-later.json';
import type { Why } from '../../lib/api/types.ts';
import { startTexts } from '../../lib/i18n.svelte.ts';
import { against, mine } from './words.ts';

beforeAll(() => startTexts({ ...common, ...later }, async () => ({})));

const why = {
  target: 10,
  mine: {
    score: 750,
    correct: 15,
    prediction: 12,
    distance: 2,
    duration_ms: 61_250,
    submitted_at: '2026-11-24T18:05:07.120Z',
    perfect: 0,
  },
} as Why;

it('writes marks, distances, spans and moments the Vietnamese way, with the fraction that decided', () => {
  expect(mine(why, 'score')).toBe('Em được 7,5 điểm');
  expect(mine(why, 'prediction')).toBe('Em đoán 12; số đúng là 10; lệch 2');
  expect(mine(why, 'duration')).toBe('Em làm trong 1 phút 1 giây 250 ms');
  expect(mine(why, 'submitted_at')).toBe('Em nộp lúc 01:05:07.120 25/11/2026');
});

it('says what decided, also where one made no prediction', () => {
  expect(against({ rank: 2, code: 'score', params: { mine: 750, other: 800 } })).toBe(
    'Bạn ấy được 8 điểm, em được 7,5 điểm.',
  );
  expect(against({ rank: 2, code: 'prediction', params: { mine: 3 } })).toContain('không có dự đoán');
});
