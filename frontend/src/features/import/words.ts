import type { FileProblem, RowProblem } from '../../lib/api/staff.ts';
import { known, t } from '../../lib/i18n.svelte.ts';

/** columnName is what people call a column. */
export function columnName(column: string): string {
  return known(`imp.column.${column}`) ? t(`imp.column.${column}`) : column;
}

/** wordProblem says what is wrong in a cell and how to mend it. */
export function wordProblem(problem: RowProblem | FileProblem): string {
  const key = `imp.problem.${problem.code}`;
  return known(key) ? t(key, problem.params) : problem.message || problem.code;
}
