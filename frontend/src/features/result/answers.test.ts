import { expect, it } from 'vitest';
import type { Reviewed } from '../../lib/api/types.ts';
import { shownAnswer, verdict } from './answers.ts';

const question = (more: Partial<Reviewed>): Reviewed => ({
  id: 'q',
  number: 1,
  type: 'single',
  stem_html: '',
  points: 100,
  earned: 0,
  correct: false,
  response: null,
  correct_response: null,
  explanation_html: '',
  citation: '',
  max: 100,
  options: [
    { id: 'a', html: '<p>Một</p>' },
    { id: 'b', html: '<p>Hai</p>' },
  ],
  ...more,
});

it('shows options by their texts, in the order of the answer', () => {
  expect(shownAnswer(question({}), 'b')).toEqual([{ html: '<p>Hai</p>' }]);
  expect(shownAnswer(question({ type: 'ordering' }), ['b', 'a'])).toEqual([
    { html: '<p>Hai</p>' },
    { html: '<p>Một</p>' },
  ]);
  expect(shownAnswer(question({ type: 'number', options: undefined }), '3.5')).toEqual([{ text: '3,5' }]);
  expect(shownAnswer(question({}), null)).toEqual([]);
});

it('shows pairs and gaps each in its place, and a dash where nothing was chosen', () => {
  const right = [{ id: 'x', html: 'Mười' }];
  const left = question({ type: 'matching', matches: right });
  expect(shownAnswer(left, { b: 'x' })).toEqual([
    { html: '<p>Một</p>', with: { text: '–' } },
    { html: '<p>Hai</p>', with: { html: 'Mười' } },
  ]);
  const gaps = [
    { id: 'g', choices: right },
    { id: 'h', choices: right },
  ];
  expect(shownAnswer(question({ type: 'cloze', options: undefined, gaps }), { h: 'x' })).toEqual([
    { text: '–' },
    { html: 'Mười' },
  ]);
});

it('calls half the marks partly right, and judges no prediction', () => {
  expect(verdict(question({ correct: true, earned: 100 }))).toBe('right');
  expect(verdict(question({ correct: false, earned: 50 }))).toBe('partly');
  expect(verdict(question({ correct: false }))).toBe('wrong');
  expect(verdict(question({ type: 'prediction' }))).toBeUndefined();
});
