import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../lib/api/client.ts';
import type { Monitor } from '../../lib/api/staff.ts';
import { pace, Watch } from './state.svelte.ts';

const counts = (submitted: number): Monitor => ({
  counts: { not_in: 5, working: 3, lost: 0, submitted },
  by_unit: [],
  as_of: '2026-11-23T00:00:00Z',
});

let now = 0;
let answered: () => Promise<unknown>;
const client = {
  get: (path: string) => (path.includes('/people') ? Promise.resolve({ items: [], next_cursor: '' }) : answered()),
} as unknown as Client;

beforeEach(() => {
  vi.useFakeTimers();
  now = 1000;
  answered = async () => counts(1);
});
afterEach(() => vi.useRealTimers());

describe('a watch', () => {
  it('follows the stream while it holds', async () => {
    let tell = (_data: string) => {};
    const watch = new Watch(
      client,
      'r',
      () => now,
      async (_c, _p, signal, heard) => {
        tell = heard;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    );
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    tell(JSON.stringify(counts(2)));
    expect(watch.way).toBe('stream');
    expect(watch.monitor?.counts.submitted).toBe(2);
    watch.end();
    tell(JSON.stringify(counts(9)));
    expect(watch.monitor?.counts.submitted).toBe(2);
  });

  it('asks again by itself when the stream drops, and within five seconds', async () => {
    const watch = new Watch(
      client,
      'r',
      () => now,
      async () => {
        throw new Error('dropped');
      },
    );
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.way).toBe('poll');
    answered = async () => counts(7);
    await vi.advanceTimersByTimeAsync(5000);
    expect(watch.monitor?.counts.submitted).toBe(7);
    watch.end();
  });

  it('asks past a stream that says nothing, and is stale when nobody answers', async () => {
    const asked = vi.fn(async () => counts(1));
    answered = asked;
    const watch = new Watch(
      client,
      'r',
      () => now,
      async (_c, _p, signal, heard) => {
        heard(JSON.stringify(counts(1)));
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    );
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    const before = asked.mock.calls.length;
    watch.tick(now + pace.quiet);
    expect(asked.mock.calls.length).toBe(before);
    watch.tick(now + pace.quiet + 1);
    expect(asked.mock.calls.length).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.stale(now + pace.stale)).toBe(false);
    expect(watch.stale(now + pace.stale + 1)).toBe(true);
    watch.end();
  });
});

it('a name is looked for by the server, page by page', async () => {
  const asked: string[] = [];
  const api = {
    get: (path: string) => {
      asked.push(path);
      return Promise.resolve({ items: [], next_cursor: '' });
    },
  } as unknown as Client;
  const watch = new Watch(api, 'r');
  watch.words = ' do minh ';
  await watch.people.load();
  expect(asked).toEqual(['/rounds/r/monitor/people?q=do+minh&limit=50']);
});
