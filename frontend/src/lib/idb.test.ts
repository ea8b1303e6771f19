import { describe, expect, it, vi } from 'vitest';
import { memoryKept, openKept, type Kept } from './idb.ts';

async function behaves(kept: Kept) {
  await kept.put('draft:a:1', { seq: 1 });
  await kept.put('draft:a:2', { seq: 2 });
  await kept.put('draft:b:1', { seq: 3 });
  expect(await kept.get('draft:a:2')).toEqual({ seq: 2 });
  expect((await kept.keys('draft:a')).sort()).toEqual(['draft:a:1', 'draft:a:2']);
  await kept.del('draft:a:1');
  expect(await kept.get('draft:a:1')).toBeUndefined();
  await kept.clear();
  expect(await kept.keys('')).toEqual([]);
}

describe('what is kept', () => {
  it('is in the database of the device', async () => {
    const { kept, durable } = await openKept();
    expect(durable).toBe(true);
    await behaves(kept);
  });

  it('is there again after the browser has closed the database', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const { kept } = await openKept();
    const request = opened.mock.results[0]!.value as IDBOpenDBRequest;
    request.result.close();
    await kept.put('draft:a:1', { seq: 1 });
    expect(await kept.get('draft:a:1')).toEqual({ seq: 1 });
    opened.mockRestore();
  });

  it('is in memory where there is none', () => behaves(memoryKept()));
});
