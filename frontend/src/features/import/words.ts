import type { RowProblem } from '../../lib/api/staff.ts';
import { known, language, t } from '../../lib/i18n.svelte.ts';

/** columnName is what people call a column. */
export function columnName(column: string): string {
  return known(`imp.column.${column}`) ? t(`imp.column.${column}`) : column;
}

/** wordProblem says what is wrong in a cell and how to mend it. */
export function wordProblem(problem: RowProblem): string {
  if (language() === 'vi' && problem.message_vi) return problem.message_vi;
  const key = `imp.problem.${problem.code}`;
  return known(key) ? t(key, problem.params) : problem.message || problem.code;
}

/** cellText is what a cell shows while nobody edits it: codes of the file by their names. */
export function cellText(column: string, value: string | undefined): string {
  const names = column === 'type' ? 'question.type' : column === 'difficulty' ? 'question.difficulty' : undefined;
  const key = `${names}.${value?.trim().toLowerCase()}`;
  return names && known(key) ? t(key) : value || '–';
}

/** How rows are named: by number, by sheet and number, or by where they stand in a document. */
export type Naming = 'line' | 'sheet' | 'place';

/** namingOf tells how the rows of an import are named. */
export function namingOf(format: string | undefined, rows: { sheet?: string }[]): Naming {
  if (format && format !== 'xlsx' && format !== 'csv') return 'place';
  return new Set(rows.map((row) => row.sheet ?? '')).size > 1 ? 'sheet' : 'line';
}

/** placeOf names the row as people find it in the file. */
export function placeOf(row: { row?: number; line?: number; sheet?: string }, naming: Naming): string {
  const line = String(row.line || row.row || 0);
  if (!row.sheet || naming === 'line') return line;
  return naming === 'place' ? row.sheet : t('imp.place', { sheet: row.sheet, line });
}
