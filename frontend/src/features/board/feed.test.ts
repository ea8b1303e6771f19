import { expect, it } from 'vitest';
import { boardPath, eventsIn } from './feed.svelte.ts';

it('takes whole events out of a stream and keeps the unfinished rest', () => {
  const { data, rest } = eventsIn(': hello\n\nevent: board\ndata: {"version":1}\n\ndata: {"ver');
  expect(data).toEqual(['{"version":1}']);
  expect(rest).toBe('data: {"ver');
});

it('names scope, division and size in the address', () => {
  expect(boardPath({ round: 'r1', scope: 'school', division: 'd 1', limit: 20 })).toBe(
    '/rounds/r1/leaderboard?scope=school&limit=20&division=d+1',
  );
});
