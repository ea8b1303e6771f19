import { expect, it } from 'vitest';
import { parsePasted } from './tsv.ts';

it('keeps tabs and line breaks in quotes, doubled quotes and leading zeros', () => {
  expect(parsePasted('001\t"một\thai"\r\n"dòng 1\ndòng 2"\t"nói ""vâng"""\n')).toEqual([
    ['001', 'một\thai'],
    ['dòng 1\ndòng 2', 'nói "vâng"'],
  ]);
});

it('keeps a quote inside a cell and empty cells', () => {
  expect(parsePasted('a "b" c\t\t')).toEqual([['a "b" c', '', '']]);
});
