import { expect, it } from 'vitest';
import type { RoundStatistics, StatLine } from '../../lib/api/statistics.ts';
import { BankFigures, everyLine, sorted } from './state.svelte.ts';

const line = (question_id: string, more: Partial<StatLine> = {}) => ({ question_id, served: 1, ...more }) as StatLine;
const ids = (lines: StatLine[]) => lines.map((each) => each.question_id).join('');

it('lines without the figure stand last, up or down', () => {
  const lines = [line('a'), line('b', { facility: 0.9 }), line('c', { facility: 0 }), line('d', { facility: 0.4 })];
  expect(ids(sorted(lines, 'facility', false))).toBe('cdba');
  expect(ids(sorted(lines, 'facility', true))).toBe('bdca');
  expect(ids(sorted(lines, '', true))).toBe('abcd');
});

it('all pages of a round are fetched before they are put in order', async () => {
  const asked: string[] = [];
  const pages: Record<string, Partial<RoundStatistics>> = {
    '': { items: [line('a')], next_cursor: 'x', attempts: 7 },
    x: { items: [line('b')], next_cursor: 'y' },
    y: { items: [line('c')], next_cursor: '' },
  };
  const get = async (path: string) => {
    asked.push(path);
    return pages[new URLSearchParams(path.split('?')[1]).get('cursor') ?? ''];
  };
  const all = await everyLine({ get: get as never }, 'r');
  expect(ids(all.items)).toBe('abc');
  expect(all.attempts).toBe(7);
  expect(asked).toHaveLength(3);
});

it('a range is asked for by its two ends, and no range by none', () => {
  const figures = new BankFigures({ get: (async () => ({ items: [] })) as never }, 'b');
  expect(figures.asked()).toMatchObject({ facility_from: undefined, discrimination_to: undefined, alarm: '' });
  figures.filter.facility = 'hard';
  figures.filter.discrimination = 'negative';
  figures.filter.alarm = true;
  expect(figures.asked()).toMatchObject({ facility_from: 0, facility_to: 0.3, discrimination_from: -1, alarm: 'true' });
});
