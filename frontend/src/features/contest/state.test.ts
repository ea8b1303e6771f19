import { expect, it } from 'vitest';
import { chainFor, filled, tabOf, totals } from './state.svelte.ts';

it('the prediction enters the rank chain after the score and leaves it again', () => {
  expect(chainFor(['score', 'duration'], true)).toEqual(['score', 'prediction', 'duration']);
  expect(chainFor(['correct', 'score', 'duration'], true)).toEqual(['correct', 'score', 'prediction', 'duration']);
  expect(chainFor(['score', 'duration', 'prediction'], true)).toEqual(['score', 'duration', 'prediction']);
  expect(chainFor(['score', 'prediction', 'duration'], false)).toEqual(['score', 'duration']);
});

it('a rule sheet that the API shortened is whole again, and shares nothing with it', () => {
  const sent = { rank_chain: ['score'], prediction: { on: true, target: 'participants' }, unit_formula: { mean: 100 } };
  const rules = filled(sent as never);
  expect(rules.prizes).toEqual([]);
  expect(rules.unit_formula).toEqual({ participation: 0, mean: 100, prizes: 0, entries: 0, min_participants: 0 });
  rules.rank_chain.push('duration');
  expect(sent.rank_chain).toEqual(['score']);
});

it('each problem of publishing leads to the tab where it is mended', () => {
  const tabs = ['title', 'audience', 'rounds[1].blueprint[0]', 'divisions[0].code', 'prizes[2].division', 'rank_chain'];
  expect(tabs.map((location) => tabOf({ location, code: 'x' }))).toEqual(['', '', 'vong', 'bang', 'the-le', 'the-le']);
});

it('a paper is the lines of its division and those of every division', () => {
  const lines = [
    { count: 10, points: 50 },
    { division_id: 'a', count: 5, points: 100 },
    { division_id: 'b', count: 7, points: 100 },
  ];
  expect(totals(lines, 'a')).toEqual({ count: 15, points: 1000 });
});
