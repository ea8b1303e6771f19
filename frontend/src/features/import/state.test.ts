import { describe, expect, it } from 'vitest';
import type { Import, ImportRow } from '../../lib/api/staff.ts';
import { parsePasted } from '../../lib/tsv.ts';
import { asCsv, groupProblems, ImportState, problemsAt } from './state.svelte.ts';

const fault = (row: number, code: string, column = 'key') => ({ row, column, code, severity: 'error', message: code });

function row(n: number, problems = [] as ReturnType<typeof fault>[]): ImportRow {
  return { row: n, cells: { key: 'B', stem: 'x' }, state: problems.length ? 'error' : 'ready', problems };
}

const doc: Import = {
  id: 'i',
  kind: 'questions',
  format: 'csv',
  state: 'staged',
  counts: { rows: 2, ready: 1, warnings: 0, errors: 1, duplicates: 0 },
  problems: [fault(3, 'missing_key')],
};

/** A server that remembers what it was asked. */
function fake(answers: Record<string, unknown>) {
  const calls: string[] = [];
  const answer = (method: string) => async (path: string) => {
    calls.push(`${method} ${path}`);
    const found = answers[`${method} ${path.split('?')[0]}`];
    if (found instanceof Error) throw found;
    return found;
  };
  const api = { get: answer('GET'), post: answer('POST'), patch: answer('PATCH'), delete: answer('DELETE') };
  return { calls, api: api as unknown as ConstructorParameters<typeof ImportState>[0] };
}

describe('an import', () => {
  it('puts the mended row in the place of the faulty one, with the new counts', async () => {
    const counts = { rows: 2, ready: 2, warnings: 0, errors: 0, duplicates: 0 };
    const { api, calls } = fake({
      'GET /imports/i': doc,
      'GET /imports/i/rows': { items: [row(2), row(3, [fault(3, 'missing_key')])], next_cursor: '' },
      'PATCH /imports/i/rows/3': { ...row(3), cells: { key: 'C', stem: 'x' }, counts },
    });
    const state = new ImportState(api, 'i');
    await state.load();
    await state.edit(state.rows.items[1]!, 'key', 'C');
    expect(state.rows.items.map((each) => each.state)).toEqual(['ready', 'ready']);
    expect(state.import.value?.counts.errors).toBe(0);
    expect(state.import.value?.problems).toEqual([]);
    expect(calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1);
  });

  it('sends nothing when a cell was left as it was', async () => {
    const { api, calls } = fake({
      'GET /imports/i': doc,
      'GET /imports/i/rows': { items: [row(2)], next_cursor: '' },
    });
    const state = new ImportState(api, 'i');
    await state.load();
    await state.edit(state.rows.items[0]!, 'key', 'B');
    expect(calls.some((call) => call.startsWith('PATCH'))).toBe(false);
  });

  it('keeps the refusal beside the row whose change was refused', async () => {
    const { api } = fake({
      'GET /imports/i': doc,
      'GET /imports/i/rows': { items: [row(2)], next_cursor: '' },
      'PATCH /imports/i/rows/2': new Error('gone'),
    });
    const state = new ImportState(api, 'i');
    await state.load();
    await state.edit(state.rows.items[0]!, 'key', 'C');
    expect(state.refused[2]?.code).toBe('unexpected');
    expect(state.checking.size).toBe(0);
  });

  it('commits once however often the button is pressed', async () => {
    const { api, calls } = fake({
      'POST /imports/i/commit': { ...doc, state: 'committed' },
      'GET /imports/i/rows': { items: [], next_cursor: '' },
    });
    const state = new ImportState(api, 'i');
    const pressed = await Promise.all([state.commit('ready'), state.commit('ready'), state.commit('ready')]);
    expect(pressed).toEqual([true, false, false]);
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });
});

describe('problems', () => {
  it('are put together when they are equal, the most frequent first', () => {
    const groups = groupProblems([fault(2, 'a'), fault(3, 'b'), fault(4, 'b'), fault(5, 'b', 'stem')]);
    expect(groups.map((group) => [group.code, group.column, group.rows.map((each) => each.row)])).toEqual([
      ['b', 'key', [3, 4]],
      ['a', 'key', [2]],
      ['b', 'stem', [5]],
    ]);
  });

  it('without a shown column belong to the row', () => {
    const faulty = row(2, [fault(2, 'a'), fault(2, 'b', 'hidden')]);
    expect(problemsAt(faulty, 'key', ['key']).map((each) => each.code)).toEqual(['a']);
    expect(problemsAt(faulty, undefined, ['key']).map((each) => each.code)).toEqual(['b']);
  });
});

it('pasted cells become a file that holds them unchanged', () => {
  const pasted = '"a ""b"""\t007\t"x\ny"\r\nm, n\t\tz';
  expect(asCsv(parsePasted(pasted))).toBe('"a ""b""",007,"x\ny"\r\n"m, n",,z');
});
