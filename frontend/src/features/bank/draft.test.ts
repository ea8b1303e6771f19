import { describe, expect, it } from 'vitest';
import type { StaffQuestion } from '../../lib/api/staff.ts';
import { emptyDraft, mark, move, parsePastedQuestion, similar, toBody, toDraft } from './draft.ts';

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

it('very similar stems are found whatever the marks, unlike ones and itself are not', () => {
  const found = [
    question({ id: '1', stem: 'Số điện thoại của Tổng đài bảo vệ trẻ em là số nào?' }),
    question({ id: '2', stem: 'Mật khẩu mạnh gồm những gì?' }),
    question({ id: 'me', stem: 'So dien thoai cua Tong dai bao ve tre em la so nao' }),
  ];
  const alike = similar('Số điện thoại của tổng đài bảo vệ trẻ em là số nào', found, 'me');
  expect(alike.map((each) => each.id)).toEqual(['1']);
});
