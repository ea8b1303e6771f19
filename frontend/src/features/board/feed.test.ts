import { expect, it } from 'vitest';
import { Client } from '../../lib/api/client.ts';
import { boardPath, Feed } from './feed.svelte.ts';

const line = (rank: number) => ({ rank, name: `P${rank}`, unit: 'T', score: 0, correct: 0, duration_ms: 0, me: false });

/** A server that holds five lines and can forget a snapshot. */
function served() {
  const server = { version: 1, asked: [] as string[], kept: true };
  const answer = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  const client = new Client(async (input) => {
    const url = new URL(String(input), 'http://x');
    server.asked.push(url.search);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    if (from && !server.kept) return answer({ code: 'snapshot_gone', status: 410 }, 410);
    const items = [1, 2, 3, 4, 5].slice(from, from ? undefined : 2).map(line);
    return answer({
      version: `v${server.version}`,
      as_of: '2026-11-24T00:00:00Z',
      state: 'provisional',
      total: 5,
      items,
      next_cursor: from ? '' : '2',
    });
  });
  return { server, feed: new Feed(client) };
}

it('reads on in one snapshot, which then stands still, and goes back to the newest', async () => {
  const { server, feed } = served();
  feed.show({ round: 'r', scope: 'all', division: '', limit: 2 });
  await expect.poll(() => feed.board?.items.length).toBe(2);
  await feed.more();
  expect(feed.board?.items.map((each) => each.rank)).toEqual([1, 2, 3, 4, 5]);
  expect(feed.reading).toBe(true);
  const asked = server.asked.length;
  await feed.refresh();
  expect(server.asked.length).toBe(asked);
  await feed.newest();
  expect(feed.board?.items.length).toBe(2);
  feed.stop();
});

it('shows the newest when the snapshot read on in is gone', async () => {
  const { server, feed } = served();
  feed.show({ round: 'r', scope: 'all', division: '', limit: 2 });
  await expect.poll(() => feed.board?.items.length).toBe(2);
  server.kept = false;
  await feed.more();
  await expect.poll(() => feed.reading).toBe(false);
  expect(feed.failure).toBeUndefined();
  feed.stop();
});

it('names scope, division and size in the address', () => {
  expect(boardPath({ round: 'r1', scope: 'school', division: 'd 1', limit: 20 })).toBe(
    '/rounds/r1/leaderboard?scope=school&limit=20&division=d+1',
  );
});
