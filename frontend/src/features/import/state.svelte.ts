// A staged import on its way from file to record: rows as the server checked
// them, mended one by one, then taken over.
import type { Client } from '../../lib/api/client.ts';
import { asProblem, type Problem } from '../../lib/api/problem.ts';
import type { Import, ImportCounts, ImportRow, RowProblem } from '../../lib/api/staff.ts';
import { Act, Loaded, Paged, query, type ListPage } from '../../lib/staff/load.svelte.ts';

type Caller = Pick<Client, 'get' | 'post' | 'patch' | 'delete'>;

export type Filter = '' | 'error' | 'warning' | 'duplicate' | 'ready';

/** Group is one fault that several rows share. */
export interface Group {
  code: string;
  column: string;
  sample: RowProblem;
  rows: { row: number; line?: number; sheet?: string }[];
}

/** ImportState holds the preview of one import. */
export class ImportState {
  filter = $state<Filter>('');
  readonly import: Loaded<Import>;
  readonly rows: Paged<ImportRow>;
  readonly commits = new Act();
  readonly undoing = new Act();
  /** Rows being checked again, and what went wrong with the last try. */
  checking = $state.raw<Set<number>>(new Set());
  refused = $state.raw<Record<number, Problem>>({});

  constructor(
    private readonly api: Caller,
    readonly id: string,
  ) {
    this.import = new Loaded(() => api.get<Import>(`/imports/${id}`));
    this.rows = new Paged((cursor) =>
      api.get<ListPage<ImportRow>>(`/imports/${id}/rows${query({ state: this.filter, cursor, limit: 100 })}`),
    );
  }

  async load(): Promise<void> {
    await Promise.all([this.import.load(), this.rows.load()]);
  }

  async show(filter: Filter): Promise<void> {
    this.filter = filter;
    await this.rows.load();
  }

  /** edit sends one changed cell and takes the row back as checked anew; the row stays where it is. */
  async edit(row: ImportRow, column: string, value: string): Promise<void> {
    if ((row.cells[column] ?? '') === value) return;
    this.checking = new Set([...this.checking, row.row]);
    try {
      const checked = await this.api.patch<ImportRow & { counts?: ImportCounts }>(
        `/imports/${this.id}/rows/${row.row}`,
        {
          cells: { [column]: value },
        },
      );
      this.rows.replace((each) => each.row === row.row, checked);
      const { [row.row]: _mended, ...rest } = this.refused;
      this.refused = rest;
      this.recount(row.row, checked);
    } catch (error) {
      this.refused = { ...this.refused, [row.row]: asProblem(error) };
    } finally {
      this.checking = new Set([...this.checking].filter((each) => each !== row.row));
    }
  }

  /** recount takes the new counts and puts the row's new problems in the place of the old. */
  private recount(row: number, checked: ImportRow & { counts?: ImportCounts }): void {
    const now = this.import.value;
    if (!now) return;
    const others = (now.problems ?? []).filter((problem) => problem.row !== row);
    const mine = checked.problems.map((problem) => ({ ...problem, row, line: checked.line, sheet: checked.sheet }));
    this.import.value = { ...now, counts: checked.counts ?? now.counts, problems: [...others, ...mine] };
  }

  /** commit takes rows over; pressing twice commits once, here and at the server. */
  commit(only: 'ready' | 'all'): Promise<boolean> {
    return this.commits.run(async () => {
      this.import.value = await this.api.post<Import>(`/imports/${this.id}/commit`, { only });
      await this.rows.load();
    });
  }

  undo(): Promise<boolean> {
    return this.undoing.run(async () => {
      this.import.value = await this.api.post<Import>(`/imports/${this.id}/undo`);
      await this.rows.load();
    });
  }
}

/** columnsOf lists the columns of a preview: the file's own order, else that of the first rows. */
export function columnsOf(imp: Import | undefined, rows: ImportRow[]): string[] {
  if (imp?.columns?.length) return imp.columns;
  const seen = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row.cells)) seen.add(column);
  return [...seen];
}

/** groupProblems puts equal faults of an import together, the most frequent first. */
export function groupProblems(problems: RowProblem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const problem of problems) {
    const key = `${problem.code}|${problem.column ?? ''}`;
    const group = groups.get(key) ?? { code: problem.code, column: problem.column ?? '', sample: problem, rows: [] };
    if (problem.row !== undefined && problem.row > 0)
      group.rows.push({ row: problem.row, line: problem.line, sheet: problem.sheet });
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.rows.length - a.rows.length);
}

/** problemsAt gives the problems of a row at one column; those of no shown column belong to the row. */
export function problemsAt(row: ImportRow, column: string | undefined, columns: string[]): RowProblem[] {
  return row.problems.filter((problem) =>
    column === undefined ? !problem.column || !columns.includes(problem.column) : problem.column === column,
  );
}

/** asCsv writes pasted cells as a file that the server reads like any other. */
export function asCsv(rows: string[][]): string {
  const cell = (text: string) => (/[",\n\r;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(',')).join('\r\n');
}
