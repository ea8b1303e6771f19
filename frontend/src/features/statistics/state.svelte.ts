// The figures of the questions of a round, in the order a person asks for, and
// those of a bank as filtered.
import type { Client } from '../../lib/api/client.ts';
import type { BankStatistic, RoundStatistics, StatLine } from '../../lib/api/statistics.ts';
import { Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get'>;

export const sortings = ['served', 'facility', 'discrimination', 'point_biserial', 'median_ms'] as const;
export type Sorting = (typeof sortings)[number] | '';

/** sorted puts lines in order; those without the figure stand last either way. */
export function sorted(lines: readonly StatLine[], by: Sorting, down: boolean): StatLine[] {
  if (!by) return [...lines];
  return [...lines].sort((one, other) => {
    const [a, b] = [one[by], other[by]];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return down ? b - a : a - b;
  });
}

/** everyLine fetches the lines of a round to the last page, for any order needs all of them. */
export async function everyLine(api: Caller, round: string): Promise<RoundStatistics> {
  const path = (cursor: string) => `/rounds/${round}/statistics${query({ limit: 200, cursor })}`;
  const all = await api.get<RoundStatistics>(path(''));
  let cursor = all.next_cursor;
  while (cursor) {
    const page = await api.get<RoundStatistics>(path(cursor));
    all.items.push(...page.items);
    cursor = page.next_cursor;
  }
  return all;
}

/** Ranges of a figure that can be asked for, as the API takes them. */
export const ranges = {
  facility: { hard: [0, 0.3], middle: [0.3, 0.8], easy: [0.8, 1] },
  discrimination: { negative: [-1, -0.001], weak: [0, 0.199], good: [0.2, 1] },
} as const;

/** BankFigures are the questions of a bank that were asked, as filtered. */
export class BankFigures {
  filter = $state({
    q: '',
    topic: '',
    type: '',
    difficulty: '',
    age_band: '',
    state: '',
    facility: '',
    discrimination: '',
    alarm: false,
    sort: 'newest',
  });
  readonly list: Paged<BankStatistic>;

  constructor(api: Caller, bank: string) {
    this.list = new Paged((cursor) =>
      api.get<ListPage<BankStatistic>>(`/banks/${bank}/statistics${query({ ...this.asked(), cursor, limit: 50 })}`),
    );
  }

  /** asked is the filter as the API takes it. */
  asked(): Record<string, string | number | undefined> {
    const { facility, discrimination, alarm, ...plain } = this.filter;
    const ease = ranges.facility[facility as keyof typeof ranges.facility];
    const parting = ranges.discrimination[discrimination as keyof typeof ranges.discrimination];
    return {
      ...plain,
      alarm: alarm ? 'true' : '',
      facility_from: ease?.[0],
      facility_to: ease?.[1],
      discrimination_from: parting?.[0],
      discrimination_to: parting?.[1],
    };
  }
}
