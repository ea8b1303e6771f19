import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem.ts';
import { nameOf } from './download.ts';
import { faultsBy, fieldOf } from './explain.ts';
import { Act, Loaded, Paged, query } from './load.svelte.ts';
import { fromInput, schoolYear, showDate, toInput } from './moment.ts';
import { areasOf } from './rights.ts';
import { EventReader } from '../stream.ts';

describe('what is loaded', () => {
  it('is the answer to the last question, not the last answer', async () => {
    const answers: ((value: string) => void)[] = [];
    const loaded = new Loaded(() => new Promise<string>((resolve) => answers.push(resolve)));
    const first = loaded.load();
    const second = loaded.load();
    answers[1]!('new');
    answers[0]!('old');
    await Promise.all([first, second]);
    expect(loaded.value).toBe('new');
    expect(loaded.busy).toBe(false);
  });

  it('stays when a newer try is refused', async () => {
    let fail = false;
    const loaded = new Loaded(async () => {
      if (fail) throw new Problem(503, 'unavailable');
      return 1;
    });
    await loaded.load();
    fail = true;
    await loaded.load();
    expect(loaded.value).toBe(1);
    expect(loaded.problem?.code).toBe('unavailable');
  });

  // Planted defect: every refusal offers to try again.
  it('offers to try again only where that can help', async () => {
    let status = 0;
    const fetch = async () => {
      throw new Problem(status, 'x');
    };
    for (const loader of [new Loaded<number>(fetch), new Paged<number>(fetch)])
      for (const [answer, helps] of [
        [403, false],
        [404, false],
        [503, true],
        [0, true],
      ] as const) {
        status = answer;
        await loader.load();
        expect(loader.again !== undefined, `${answer}`).toBe(helps);
      }
  });

  it('grows page by page and begins anew', async () => {
    const paged = new Paged(async (cursor) => ({ items: [cursor || 'first'], next_cursor: cursor ? '' : 'second' }));
    await paged.load();
    expect(paged.more).toBe(true);
    await Promise.all([paged.next(), paged.next()]);
    expect(paged.items).toEqual(['first', 'second']);
    expect(paged.more).toBe(false);
    await paged.load();
    expect(paged.items).toEqual(['first']);
  });
});

it('an act runs once at a time and keeps its refusal', async () => {
  const act = new Act();
  let ran = 0;
  const work = async () => {
    ran++;
    throw new Problem(409, 'same_person');
  };
  expect(await Promise.all([act.run(work), act.run(work)])).toEqual([false, false]);
  expect(ran).toBe(1);
  expect(act.problem?.code).toBe('same_person');
  expect(await act.run(async () => undefined)).toBe(true);
  expect(act.problem).toBeUndefined();
});

it('events are cut where they end, wherever the pieces do', () => {
  const reader = new EventReader();
  expect(reader.feed('data: {"a"')).toEqual([]);
  expect(reader.feed(':1}\n\n: beat\n\nevent: x\nda')).toEqual(['{"a":1}']);
  expect(reader.feed('ta: 2\r\ndata: 3\r\n\r\n')).toEqual(['2\n3']);
});

it('times are read and written as in Hanoi', () => {
  expect(toInput('2026-11-23T17:30:00Z')).toBe('2026-11-24T00:30');
  expect(fromInput('2026-11-24T00:30')).toBe('2026-11-23T17:30:00.000Z');
  expect(toInput(undefined)).toBe('');
  expect(fromInput('')).toBe('');
  expect(schoolYear(new Date('2026-07-31T16:59:00Z'))).toBe('2025-2026');
  expect(schoolYear(new Date('2026-07-31T17:00:00Z'))).toBe('2026-2027');
  expect(showDate('2014-05-03')).toBe('03/05/2014');
});

it('faults go to their fields, the rest to the summary', () => {
  const problem = new Problem(422, 'invalid', [
    { location: 'body.name', code: 'required' },
    { location: 'body.other[3].x', code: 'range' },
  ]);
  const { at, rest } = faultsBy(problem, ['name']);
  expect(Object.keys(at)).toEqual(['name']);
  expect(rest).toHaveLength(1);
  expect(fieldOf('body.rounds[2].opens_at')).toBe('rounds.opens_at');
});

it('an empty value is not asked for', () => {
  expect(query({ q: '', limit: 5, state: undefined })).toBe('?limit=5');
  expect(query({})).toBe('');
});

it('a download has the name that the server gives it', () => {
  expect(nameOf('attachment; filename="cards.pdf"')).toBe('cards.pdf');
  expect(nameOf("attachment; filename*=UTF-8''th%E1%BA%BB.pdf")).toBe('thẻ.pdf');
  expect(nameOf(null)).toBeUndefined();
});

it('each role opens its parts, and somebody without roles none', () => {
  const account = (role: string) => ({ roles: [{ role, unit: { id: 'u', name: 'U' } }] }) as never;
  expect(areasOf(account('teacher')).has('cards')).toBe(true);
  expect(areasOf(account('teacher')).has('accounts')).toBe(false);
  expect(areasOf(account('organizer')).has('cards')).toBe(false);
  expect(areasOf(undefined).size).toBe(0);
});
