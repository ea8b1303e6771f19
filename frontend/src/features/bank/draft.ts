// A question as the form holds it, between the API's document and the screen.
import type { StaffQuestion } from '../../lib/api/staff.ts';

export const types = [
  'single',
  'true_false',
  'multiple',
  'ordering',
  'scenario',
  'matching',
  'cloze',
  'hot_option',
  'short_text',
  'number',
] as const;
export const difficulties = ['nhan_biet', 'thong_hieu', 'van_dung', 'van_dung_cao'] as const;
export const ageBands = ['6-7', '8-10', '11-15', '16-18', '18+'] as const;

export interface DraftOption {
  text: string;
  correct: boolean;
  pinned: boolean;
  /** Of a matching: the text it belongs to. */
  partner?: string;
  /** A picture above the text, and what it shows. */
  media_id?: string;
  alt?: string;
}

/** What a question keeps of the law when its source stays as it is. */
interface Law {
  source: string;
  instrument: string;
  article: string;
}

export interface Draft {
  type: string;
  format: string;
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
  /** Texts of a matching that belong to nothing, one on a line. */
  extras: string;
  /** Choices of each gap of a cloze, one on a line, a star before the right one. */
  gaps: string[];
  audio?: { media_id: string; transcript: string };
  instrument_id: string;
  law_from: string;
  law_to: string;
  law?: Law;
}

/** hasOptions tells whether a type offers answers to choose from. */
export function hasOptions(type: string): boolean {
  return !['short_text', 'number', 'matching', 'cloze', 'prediction'].includes(type);
}

/** oneChoice tells whether exactly one option is right. */
export function oneChoice(type: string): boolean {
  return type === 'single' || type === 'scenario' || type === 'true_false' || type === 'hot_option';
}

/** emptyDraft is a new question; topic and the like are kept from the one before. */
export function emptyDraft(like?: Draft): Draft {
  return {
    type: like?.type ?? 'single',
    format: like?.format ?? 'plain',
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
    extras: '',
    gaps: [],
    instrument_id: '',
    law_from: '',
    law_to: '',
  };
}

/** blankOptions is how many options a type usually has. */
export function blankOptions(type: string): DraftOption[] {
  const count = type === 'true_false' ? 2 : type === 'matching' ? 3 : hasOptions(type) ? 4 : 0;
  return Array.from({ length: count }, () => ({ text: '', correct: false, pinned: false }));
}

/** toDraft fills the form from the server's document. */
export function toDraft(question: StaffQuestion): Draft {
  const options = [...(question.options ?? [])];
  // An ordering is written in its right order; papers shuffle it.
  if (question.type === 'ordering') options.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const matches = question.matches ?? [];
  const taken = new Set(options.map((option) => option.match));
  return {
    type: question.type,
    format: question.format || 'plain',
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
      ...(option.match ? { partner: matches[option.match - 1] ?? '' } : {}),
      ...(option.media_id ? { media_id: option.media_id, alt: option.alt ?? '' } : {}),
    })),
    extras: matches.filter((_, at) => !taken.has(at + 1)).join('\n'),
    gaps: (question.gaps ?? []).map((gap) =>
      gap.choices.map((choice, at) => (at + 1 === gap.correct ? '*' : '') + choice).join('\n'),
    ),
    ...(question.audio ? { audio: { ...question.audio } } : {}),
    instrument_id: question.instrument_id ?? '',
    law_from: question.law_from ?? '',
    law_to: question.law_to ?? '',
    law: { source: question.source ?? '', instrument: question.instrument ?? '', article: question.article ?? '' },
    texts: (question.accepted ?? []).join('\n'),
    value: question.value ?? '',
    tolerance: question.tolerance ?? '',
  };
}

/** toBody is the draft as the API takes it; options left empty at the end are not sent. */
export function toBody(draft: Draft): Record<string, unknown> {
  const { type, format, stem, topic, age_band, difficulty, explanation, source, law } = draft;
  const same = law && law.source === source; // a new source is read anew
  const body: Record<string, unknown> = { type, format, stem, topic, age_band, difficulty, explanation, source };
  if (same && law.instrument) body.instrument = law.instrument;
  if (same && law.article) body.article = law.article;
  if (draft.instrument_id) body.instrument_id = draft.instrument_id;
  if (draft.law_from) body.law_from = draft.law_from;
  if (draft.law_to) body.law_to = draft.law_to;
  if (draft.audio?.media_id) body.audio = draft.audio;
  body.options = [];
  if (type === 'matching') Object.assign(body, pairsOf(draft));
  else if (type === 'cloze') body.gaps = draft.gaps.map(gapOf);
  else if (hasOptions(type)) body.options = kept(draft).map((option, index) => optionOf(type, option, index));
  if (type === 'short_text') body.accepted = lines(draft.texts);
  if (type === 'number') Object.assign(body, { value: String(draft.value), tolerance: String(draft.tolerance) });
  return body;
}

function kept(draft: Draft): DraftOption[] {
  let end = draft.options.length;
  const empty = (option: DraftOption) => !option.text.trim() && !option.media_id && !option.partner?.trim();
  while (end && empty(draft.options[end - 1]!)) end--;
  return draft.options.slice(0, end);
}

function optionOf(type: string, { text, correct, pinned, media_id, alt }: DraftOption, index: number) {
  const picture = media_id ? { media_id, alt: alt ?? '' } : {};
  return type === 'ordering' ? { text, position: index + 1, ...picture } : { text, correct, pinned, ...picture };
}

/** matchesOf lists the right side of a matching, each text once: what the options belong to, then the rest. */
export function matchesOf(draft: Draft): string[] {
  const all = [...kept(draft).map((option) => option.partner?.trim() ?? ''), ...lines(draft.extras)];
  return [...new Set(all.filter(Boolean))];
}

function pairsOf(draft: Draft) {
  const matches = matchesOf(draft);
  const options = kept(draft).map(({ text, partner }) => ({ text, match: matches.indexOf(partner?.trim() ?? '') + 1 }));
  return { options, matches };
}

function gapOf(text: string): { choices: string[]; correct: number } {
  const all = lines(text);
  const choices = all.map((line) => line.replace(/^\*\s*|\s*\*$/g, ''));
  return { choices, correct: all.findIndex((line) => line.startsWith('*') || line.endsWith('*')) + 1 };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** gapsIn is how many gaps the stem of a cloze names, as [[1]], [[2]] and so on. */
export function gapsIn(stem: string): number {
  return Math.max(0, ...[...stem.matchAll(/\[\[(\d{1,2})\]\]/g)].map((found) => Number(found[1])));
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
