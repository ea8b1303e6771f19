// What happened to a question and what is said about it, as the API tells it.
import type { Ref, StaffOption, StaffQuestion } from '../../lib/api/staff.ts';
import { known, t } from '../../lib/i18n.svelte.ts';

export interface WholeOption extends StaffOption {
  match?: number;
}

/** WholeVersion is one version of a question with everything that the form knows of. */
export interface WholeVersion {
  version: number;
  type: string;
  stem: string;
  options: WholeOption[];
  matches?: string[];
  gaps?: { choices: string[]; correct?: number }[];
  accepted?: string[];
  value?: string;
  tolerance?: string;
  topic: string;
  age_band: string;
  difficulty: string;
  source: string;
  law_from?: string;
  law_to?: string;
  author_id: string;
  created_at: string;
  withheld?: boolean;
}

/** WholeQuestion is a question with all its versions, the newest standing for itself. */
export interface WholeQuestion extends StaffQuestion {
  versions: WholeVersion[];
  asked?: { version: number; served: number; facility?: number; discrimination?: number; alarm: boolean };
}

/** Shown is a version as the server renders it. */
export interface Rendered {
  stem_html: string;
  options: { id: string; html: string }[];
  matches: { id: string; html: string }[];
  gaps: { id: string; choices: { id: string; html: string }[] }[];
  audio?: { url: string; transcript_html: string };
  explanation_html: string;
  citation_html: string;
  problems: { location: string; code: string; message: string }[];
}

export interface Comment {
  id: string;
  version: number;
  text: string;
  author: Ref;
  created_at: string;
  resolved?: { by: Ref; at: string };
  may_resolve: boolean;
}

export interface Happening {
  at: string;
  actor: Ref;
  what: string;
  version?: number;
  text?: string;
}

export interface Use {
  contest: Ref;
  round: Ref;
  version: number;
  state: string;
  opens_at: string;
  closes_at: string;
  may_open: boolean;
}

export interface Segment {
  op: 'same' | 'added' | 'removed';
  text: string;
}

export interface Difference {
  version: number;
  against: number;
  withheld?: boolean;
  fields: { field: string; segments: Segment[] }[];
}

const coded: Record<string, string> = { type: 'question.type', difficulty: 'question.difficulty' };

/** placeName is the word for a place of a question, such as options[1]. */
export function placeName(place: string): string {
  const found = /^(options|matches|gaps)\[(\d+)\]$/.exec(place);
  if (found) {
    const at = Number(found[2]);
    const letter = String.fromCharCode(65 + at);
    return t(`question.place.${found[1]}`, { n: at + 1, letter });
  }
  for (const key of [`question.place.${place}`, `imp.column.${place}`]) if (known(key)) return t(key);
  return place;
}

/** readable puts words in the place of codes; everything else stays as it was compared. */
export function readable(place: string, segments: Segment[]): Segment[] {
  const prefix = coded[place];
  if (!prefix) return segments;
  const word = (without: Segment['op']) => {
    const code = segments
      .filter((each) => each.op !== without)
      .map((each) => each.text)
      .join('');
    return known(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : code;
  };
  const sides: Segment[] = [
    { op: 'removed', text: word('added') },
    { op: 'added', text: word('removed') },
  ];
  return sides.filter((each) => each.text);
}

/** stateTone is the colour of a state's tag. */
export function stateTone(state: string): string {
  return state === 'approved' ? 'go' : state === 'retired' ? 'off' : 'wait';
}

/** stepsFrom lists what may be done next in a state, with the right that it takes. */
export function stepsFrom(state: string, rights: string[]): string[] {
  const steps: Record<string, string[]> = {
    draft: ['submit', 'approve', 'retire'],
    in_review: ['approve', 'return', 'retire'],
    approved: ['retire'],
  };
  const may = (step: string) =>
    step === 'approve' || step === 'return' ? rights.includes('approve') : rights.includes('edit');
  return (steps[state] ?? []).filter(may);
}
