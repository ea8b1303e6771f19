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

/** placeOf names the row as the file's own program counts. */
export function placeOf(row: { row?: number; line?: number; sheet?: string }, sheets: boolean): string {
  const line = row.line || row.row || 0;
  return sheets && row.sheet ? t('imp.place', { sheet: row.sheet, line: String(line) }) : String(line);
}
