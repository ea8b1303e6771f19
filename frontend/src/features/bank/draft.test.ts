import { describe, expect, it } from 'vitest';
import type { StaffQuestion } from '../../lib/api/staff.ts';
import { emptyDraft, mark, move, gapsIn, parsePastedQuestion, toBody, toDraft } from './draft.ts';

const question = (over: Partial<StaffQuestion>): StaffQuestion => ({
  id: 'q',
  bank_id: 'b',
  version: 1,
  type: 'single',
  stem: 's',
  options: [],
  state: 'draft',
  topic: '',
  age_band: '',
  difficulty: '',
  ...over,
});

describe('a pasted question', () => {
  it('fills stem, options and key from lines with a star', () => {
    expect(parsePastedQuestion('Câu 12. Gọi số nào\nkhi cần giúp?\nA. 113\n*B. 111\nC) 115\nD: 1900')).toEqual({
      type: 'single',
      stem: 'Gọi số nào\nkhi cần giúp?',
      options: ['113', '111', '115', '1900'].map((text) => ({ text, correct: text === '111', pinned: false })),
    });
  });

  it('is of several answers when several are marked, before or after', () => {
    const found = parsePastedQuestion('X?\nA. một *\nB. hai\n*C. ba');
    expect(found?.type).toBe('multiple');
    expect(found?.options.map((option) => option.correct)).toEqual([true, false, true]);
  });

  it('joins the second line of an option and leaves other text alone', () => {
    expect(parsePastedQuestion('X?\nA. một\nvà nữa\nB. hai')?.options[0]?.text).toBe('một và nữa');
    expect(parsePastedQuestion('Chỉ là một câu văn.')).toBeUndefined();
    expect(parsePastedQuestion('A. không có câu hỏi\nB. hai')).toBeUndefined();
  });
});

describe('the form', () => {
  it('keeps one right answer where only one is allowed', () => {
    const draft = emptyDraft();
    mark(draft, 1);
    mark(draft, 2);
    expect(draft.options.map((option) => option.correct)).toEqual([false, false, true, false]);
    draft.type = 'multiple';
    mark(draft, 0);
    expect(draft.options.map((option) => option.correct)).toEqual([true, false, true, false]);
  });

  it('moves an option with its mark, and not past the ends', () => {
    const draft = emptyDraft();
    draft.options.forEach((option, at) => (option.text = 'ABCD'[at]!));
    mark(draft, 0);
    expect(move(draft, 0, -1)).toBe(false);
    expect(move(draft, 0, 1)).toBe(true);
    expect(draft.options.map((option) => option.text).join('')).toBe('BACD');
    expect(draft.options[1]?.correct).toBe(true);
  });

  it('leaves empty options at the end out, but not those in between', () => {
    const draft = { ...emptyDraft(), stem: 's' };
    draft.options[0]!.text = 'a';
    draft.options[2]!.text = 'c';
    expect((toBody(draft).options as { text: string }[]).map((option) => option.text)).toEqual(['a', '', 'c']);
  });

  it('shows an ordering in its right order and sends it back with places', () => {
    const options = [
      { text: 'third', position: 3 },
      { text: 'first', position: 1 },
      { text: 'second', position: 2 },
    ];
    const draft = toDraft(question({ type: 'ordering', options }));
    expect(draft.options.map((option) => option.text)).toEqual(['first', 'second', 'third']);
    expect(toBody(draft).options).toEqual([
      { text: 'first', position: 1 },
      { text: 'second', position: 2 },
      { text: 'third', position: 3 },
    ]);
  });

  it('sends accepted texts line by line', () => {
    const draft = { ...emptyDraft(), type: 'short_text', texts: ' 111 \n\nmột một một' };
    expect(toBody(draft)).toMatchObject({ accepted: ['111', 'một một một'], options: [] });
  });
});

describe('matchings, gaps and pictures', () => {
  it('come back from the server as they were written', () => {
    for (const stored of [
      question({
        type: 'matching',
        options: [
          { text: 'a', match: 2 },
          { text: 'b', match: 1 },
          { text: 'c', match: 2 },
        ],
        matches: ['một', 'hai', 'thừa'],
      }),
      question({
        type: 'cloze',
        stem: 'Gọi [[1]] hoặc báo [[2]].',
        gaps: [
          { choices: ['111', '115'], correct: 1 },
          { choices: ['thầy cô', 'bạn'], correct: 0 },
        ],
      }),
      question({
        type: 'hot_option',
        format: 'markdown',
        options: [
          { text: '', media_id: 'm1', alt: 'Ổ khoá', correct: true, pinned: false },
          { text: 'hai', media_id: 'm2', alt: 'Ổ khoá mở', correct: false, pinned: false },
        ],
      }),
    ]) {
      const body = toBody(toDraft(stored));
      expect(body.format).toBe(stored.format ?? 'plain');
      expect(body.gaps).toEqual(stored.gaps);
      const paired = (options: unknown, matches: unknown) =>
        (options as { text: string; match?: number }[]).map(({ text, match, ...rest }) => [
          text,
          match ? (matches as string[])[match - 1] : '',
          rest,
        ]);
      expect(paired(body.options, body.matches)).toEqual(paired(stored.options, stored.matches));
      expect(new Set((body.matches ?? []) as string[])).toEqual(new Set(stored.matches ?? []));
    }
  });

  it('keeps recording and law, and reads a new source anew', () => {
    const stored = question({
      audio: { media_id: 'm', transcript: 'x' },
      source: 'Luật A, Điều 1',
      instrument: 'Luật A',
      article: 'Điều 1',
      law_to: '2027-01-01',
    });
    const draft = toDraft(stored);
    expect(toBody(draft)).toMatchObject({
      audio: stored.audio,
      instrument: 'Luật A',
      article: 'Điều 1',
      law_to: '2027-01-01',
    });
    draft.source = 'Luật B, Điều 2';
    expect(toBody(draft)).not.toHaveProperty('instrument');
  });

  it('counts the gaps that a stem names', () => {
    expect(gapsIn('Gọi [[1]], rồi [[3]].')).toBe(3);
    expect(gapsIn('Không có [chỗ] nào')).toBe(0);
  });
});
