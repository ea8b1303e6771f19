import { asProblem, type Fault, type Problem } from '../api/problem.ts';
import { formatSpan, known, t } from '../i18n.svelte.ts';

/** explain is a sentence that the teacher can act on, for anything a call may throw. */
export function explain(error: unknown): string {
  const problem = asProblem(error);
  const wait = problem.retryAfter ? formatSpan(problem.retryAfter) : '';
  const key = `err.${problem.code}`;
  if (known(key)) return wait && known(`${key}.wait`) ? t(`${key}.wait`, { wait }) : t(key);
  if (problem.status === 412) return t('err.stale');
  const code = problem.requestId || problem.code;
  if (problem.status >= 500) return t('err.server', { code });
  return t('err.unknown', { code: problem.code });
}

/** wordFault says what is wrong at one place; a code of the place wins over the code alone. */
export function wordFault(fault: Fault): string {
  const place = fieldOf(fault.location ?? '');
  // What is wrong with a question is the same in the editor and in a file.
  for (const key of [`fault.${place}.${fault.code}`, `fault.${fault.code}`, `imp.problem.${fault.code}`]) {
    if (known(key)) return t(key);
  }
  return fault.message ? t('fault.other', { message: fault.message }) : t('fault.unknown', { code: fault.code });
}

/** fieldOf takes the name of the field out of a location such as body.rounds[2].opens_at. */
export function fieldOf(location: string): string {
  return location.replace(/^body\.?/, '').replace(/\[\d+\]/g, '');
}

/** faultsBy gives the sentence for each field of a form, and the rest as a list. */
export function faultsBy(
  problem: Problem | undefined,
  fields: string[],
): { at: Record<string, string>; rest: string[] } {
  const at: Record<string, string> = {};
  const rest: string[] = [];
  if (!problem) return { at, rest };
  for (const fault of problem.faults) {
    const name = fieldOf(fault.location ?? '');
    if (fields.includes(name)) at[name] = wordFault(fault);
    else rest.push(wordFault(fault));
  }
  if (!problem.faults.length) rest.push(explain(problem));
  return { at, rest };
}
