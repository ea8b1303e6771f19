// A question as the form holds it, between the API's document and the screen.
import type { StaffQuestion } from '../../lib/api/staff.ts';

export const types = ['single', 'true_false', 'multiple', 'ordering', 'scenario', 'short_text', 'number'] as const;
export const difficulties = ['nhan_biet', 'thong_hieu', 'van_dung', 'van_dung_cao'] as const;
export const ageBands = ['6-7', '8-10', '11-15', '16-18', '18+'] as const;

export interface DraftOption {
  text: string;
  correct: boolean;
  pinned: boolean;
}

export interface Draft {
  type: string;
  stem: string;
  topic: string;
  age_band: string;
  difficulty: string;
  explanation: string;
  source: string;
  options: DraftOption[];
  /** Accepted texts, one on a line, of a short_text question. */
  texts: string;
  value: string;
  tolerance: string;
}

/** hasOptions tells whether a type offers answers to choose from. */
export function hasOptions(type: string): boolean {
  return type !== 'short_text' && type !== 'number';
}

/** oneChoice tells whether exactly one option is right. */
export function oneChoice(type: string): boolean {
  return type === 'single' || type === 'scenario' || type === 'true_false';
}

/** emptyDraft is a new question; topic and the like are kept from the one before. */
export function emptyDraft(like?: Draft): Draft {
  return {
    type: like?.type ?? 'single',
    stem: '',
    topic: like?.topic ?? '',
    age_band: like?.age_band ?? '',
    difficulty: like?.difficulty ?? 'nhan_biet',
    explanation: '',
    source: '',
    options: blankOptions(like?.type ?? 'single'),
    texts: '',
    value: '',
    tolerance: '',
  };
}

/** blankOptions is how many options a type usually has. */
export function blankOptions(type: string): DraftOption[] {
  const count = type === 'true_false' ? 2 : hasOptions(type) ? 4 : 0;
  return Array.from({ length: count }, () => ({ text: '', correct: false, pinned: false }));
}

/** toDraft fills the form from the server's document. */
export function toDraft(question: StaffQuestion): Draft {
  const options = [...(question.options ?? [])];
  // An ordering is written in its right order; papers shuffle it.
  if (question.type === 'ordering') options.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  return {
    type: question.type,
    stem: question.stem,
    topic: question.topic,
    age_band: question.age_band,
    difficulty: question.difficulty,
    explanation: question.explanation ?? '',
    source: question.source ?? '',
    options: options.map((option) => ({
      text: option.text,
      correct: option.correct ?? false,
      pinned: option.pinned ?? false,
    })),
    texts: (question.accepted ?? []).join('\n'),
    value: question.value ?? '',
    tolerance: question.tolerance ?? '',
  };
}

/** toBody is the draft as the API takes it; options left empty at the end are not sent. */
export function toBody(draft: Draft): Record<string, unknown> {
  const { texts, value, tolerance, options, ...rest } = draft;
  let end = options.length;
  while (end && !options[end - 1]!.text.trim()) end--;
  const kept = options.slice(0, end);
  return {
    ...rest,
    options: hasOptions(draft.type)
      ? kept.map(({ text, correct, pinned }, index) =>
          draft.type === 'ordering' ? { text, position: index + 1 } : { text, correct, pinned },
        )
      : [],
    ...(draft.type === 'short_text'
      ? {
          accepted: texts
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean),
        }
      : {}),
    ...(draft.type === 'number' ? { value: String(value), tolerance: String(tolerance) } : {}),
  };
}

/** mark makes an option right; of a type with one right answer the others become wrong. */
export function mark(draft: Draft, index: number): void {
  const one = oneChoice(draft.type);
  draft.options.forEach((option, at) => {
    if (at === index) option.correct = one ? true : !option.correct;
    else if (one) option.correct = false;
  });
}

/** move puts an option one place up or down; false when it is at the end already. */
export function move(draft: Draft, index: number, by: number): boolean {
  const to = index + by;
  if (to < 0 || to >= draft.options.length) return false;
  const [option] = draft.options.splice(index, 1);
  if (option) draft.options.splice(to, 0, option);
  return true;
}

const optionLine = /^\s*(\*?)\s*([A-Ha-h])\s*[.)\/:]\s*(.*?)\s*(\*?)\s*$/;

/**
 * parsePastedQuestion reads a stem followed by lines "A. …" with a star at the
 * right ones, as teachers keep questions in documents. Undefined when the text
 * is not of that form.
 */
export function parsePastedQuestion(text: string): Pick<Draft, 'type' | 'stem' | 'options'> | undefined {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const first = lines.findIndex((line) => /^\s*\*?\s*[Aa]\s*[.)\/:]/.test(line));
  if (first < 1) return undefined;
  const options: DraftOption[] = [];
  for (const line of lines.slice(first)) {
    if (!line.trim()) continue;
    const found = optionLine.exec(line);
    const last = options[options.length - 1];
    if (found && found[2]!.toUpperCase() === String.fromCharCode(65 + options.length)) {
      options.push({ text: found[3]!, correct: Boolean(found[1] || found[4]), pinned: false });
    } else if (last) last.text = `${last.text} ${line.trim()}`;
  }
  if (options.length < 2) return undefined;
  const stem = lines
    .slice(0, first)
    .join('\n')
    .trim()
    .replace(/^[^\s\d]+\s*\d+\s*[.:)]\s*|^\d+\s*[.:)]\s*/u, '');
  const right = options.filter((option) => option.correct).length;
  return { type: right > 1 ? 'multiple' : 'single', stem, options };
}

/** similar tells the questions whose words overlap much with a stem, for a warning while writing. */
export function similar(stem: string, found: StaffQuestion[], self?: string): StaffQuestion[] {
  const mine = words(stem);
  if (mine.size < 4) return [];
  return found.filter((question) => {
    if (question.id === self) return false;
    const theirs = words(question.stem);
    const shared = [...mine].filter((word) => theirs.has(word)).length;
    return shared / Math.max(mine.size, theirs.size) >= 0.7;
  });
}

function words(text: string): Set<string> {
  return new Set(
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean),
  );
}
