import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatMarks, formatNumber, formatTime, speak, startTexts, t } from './i18n.svelte.ts';

const source = join(import.meta.dirname, '..');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const texts = (lang: string, name: string) =>
  JSON.parse(readFileSync(join(source, 'i18n', lang, name), 'utf8')) as Record<string, string>;

const base = (key: string) => key.replace(/_(one|other)$/, '');
const fields = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

describe('texts', () => {
  const names = readdirSync(join(source, 'i18n', 'vi')).filter((name) => name.endsWith('.json'));

  it.each(names)('%s has the same keys and fields in both languages', (name) => {
    const vi = texts('vi', name);
    const en = texts('en', name);
    expect([...new Set(Object.keys(en).map(base))].sort()).toEqual([...new Set(Object.keys(vi).map(base))].sort());
    for (const [key, text] of Object.entries(vi)) {
      const other = en[key] ?? en[`${base(key)}_other`]!;
      expect(fields(other), key).toEqual(fields(text));
      expect(text.trim(), key).not.toBe('');
      expect(text.normalize('NFC'), key).toBe(text);
    }
  });

  it.each(names)('%s has both English forms of a plural and the one Vietnamese form', (name) => {
    const plurals = Object.keys(texts('en', name)).filter((key) => key.endsWith('_one'));
    for (const key of plurals) {
      expect(texts('en', name), key).toHaveProperty([`${base(key)}_other`]);
      expect(texts('vi', name), key).toHaveProperty([`${base(key)}_other`]);
    }
  });

  it('are nowhere else: no component holds Vietnamese letters but the name of the product', () => {
    const letters = /[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]/i;
    const guilty = filesBelow(source)
      .filter((file) => /\.(svelte|ts)$/.test(file) && !file.includes('/i18n/') && !/\.test(-env)?\.ts$/.test(file))
      .filter((file) => letters.test(readFileSync(file, 'utf8').replaceAll('Mạng Xanh', '')));
    expect(guilty).toEqual([]);
  });

  it('hold every key that a component names', () => {
    const all = new Set(names.flatMap((name) => Object.keys(texts('vi', name)).map(base)));
    const missing = filesBelow(source)
      .filter((file) => /\.(svelte|ts)$/.test(file) && !/\.test(-env)?\.ts$/.test(file))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((found) => found[1]!))
      .filter((key) => !all.has(key));
    expect(missing).toEqual([]);
  });
});

describe('no component', () => {
  const components = filesBelow(source).filter((file) => file.endsWith('.svelte'));
  it('uses raw HTML or a static style attribute', () => {
    const guilty = components.filter((file) => /\{@html|\sstyle="[^{"]*"/.test(readFileSync(file, 'utf8')));
    expect(guilty).toEqual([]);
  });
});

describe('features', () => {
  it('never import each other, and parts never call the API', () => {
    const guilty = filesBelow(join(source, 'features')).filter((file) => {
      const own = file.slice(join(source, 'features').length + 1).split('/')[0];
      const imports = [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)].map((found) =>
        join(file, '..', found[1]!),
      );
      return imports.some((path) => path.includes('/features/') && !path.includes(`/features/${own}/`));
    });
    expect(guilty).toEqual([]);
    const ui = filesBelow(join(source, 'ui')).filter((file) => readFileSync(file, 'utf8').includes('api/client'));
    expect(ui).toEqual([]);
  });
});

describe('t', () => {
  const vi = { plain: 'Chào {name}', count_other: '{count} câu' };
  const en = { plain: 'Hello {name}', count_one: '{count} answer', count_other: '{count} answers' };
  beforeAll(() => startTexts(vi, async () => en));

  it('fills in names, chooses plurals and follows the language', async () => {
    await speak('vi');
    expect(t('plain', { name: 'An' })).toBe('Chào An');
    expect(t('count', { count: 1 })).toBe('1 câu');
    await speak('en');
    expect(t('count', { count: 1 })).toBe('1 answer');
    expect(t('count', { count: 1234 })).toBe('1,234 answers');
    expect(document.documentElement.lang).toBe('en');
    await speak('vi');
    expect(document.documentElement.lang).toBe('vi');
  });

  it('writes numbers and times the Vietnamese way, in the time of Vietnam', async () => {
    await speak('vi');
    expect(formatNumber(1234567.5)).toBe('1.234.567,5');
    expect(formatMarks(1750)).toBe('17,5');
    expect(formatTime('2026-11-24T18:05:00Z')).toBe('01:05 25/11/2026');
  });
});
