import { asProblem } from './api/problem.ts';
import { formatSpan, known, t } from './i18n.svelte.ts';

/** explain is a sentence a pupil or a teacher can act on, for anything a call may throw. */
export function explain(error: unknown): string {
  const problem = asProblem(error);
  const wait = problem.retryAfter ? formatSpan(problem.retryAfter) : '';
  const key = `err.${problem.code}`;
  if (known(key)) return wait && known(`${key}.wait`) ? t(`${key}.wait`, { wait }) : t(key);
  if (problem.status >= 500) return t('err.server', { code: problem.requestId || problem.code });
  return t('err.unknown', { code: problem.requestId || problem.code });
}
