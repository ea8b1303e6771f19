import type { Problem } from '../../lib/api/problem.ts';
import type { StaffOption, StaffQuestion } from '../../lib/api/staff.ts';
import { known, t } from '../../lib/i18n.svelte.ts';
import { explain, wordFault } from '../../lib/staff/explain.ts';

/** QuestionHistory is a question with everything that happened to it. */
export interface QuestionHistory extends StaffQuestion {
  versions?: { version: number; stem: string; options?: StaffOption[]; created_at: string }[];
  reviews?: { action: string; comment: string; version: number; at: string; actor_id: string }[];
}

/** questionFaults places what the server refused at the fields of the form. */
export function questionFaults(problem: Problem | undefined): {
  at: Record<string, string>;
  items: { text: string; field?: string }[];
} {
  const at: Record<string, string> = {};
  const items: { text: string; field?: string }[] = [];
  if (!problem) return { at, items };
  for (const fault of problem.faults) {
    const place = (fault.location ?? '').replace(/^body\.?/, '').replace(/^version\./, '');
    const text = known(`imp.problem.${fault.code}`) ? t(`imp.problem.${fault.code}`) : wordFault(fault);
    at[place] = text;
    const [, list, n] = /^(options|gaps)\[(\d+)\]/.exec(place) ?? [];
    const first = place === 'key' || place === 'options' || place.startsWith('matches') ? 'option-0' : place;
    const field = list === 'gaps' ? `gap-${n}` : list ? `option-${n}` : place === 'gaps' ? 'stem' : first;
    items.push({ text, field });
  }
  if (!problem.faults.length) items.push({ text: explain(problem) });
  return { at, items };
}
