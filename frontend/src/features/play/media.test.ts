import { afterEach, expect, it, vi } from 'vitest';
import { keepMedia, mediaOf } from './media.ts';
import { chosen, given, plain } from './types/places.ts';

afterEach(() => vi.unstubAllGlobals());

const questions = [
  { stem_html: '<img src="/media/abc-3x2" alt="">', options: [{ html: '<img src="/media/def-1x1">' }] },
  { stem_html: '<img src="/media/abc-3x2">', audio: { url: '/media/ghi' } },
];

it('reads every picture and recording once, and what did not come when the network is back', async () => {
  expect(mediaOf(questions)).toEqual(['/media/abc-3x2', '/media/def-1x1', '/media/ghi']);
  const asked: string[] = [];
  let away = true;
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    if (away && path.endsWith('1x1')) throw new TypeError('offline');
    return new Response('x');
  });
  await keepMedia(questions);
  expect(asked).toEqual(mediaOf(questions));
  away = false;
  dispatchEvent(new Event('online'));
  await expect.poll(() => asked.length).toBe(4);
  expect(asked[3]).toBe('/media/def-1x1');
});

it('keeps choices by place, and takes the answer back with the last', () => {
  expect(given(['a'])).toEqual({});
  expect(given(null)).toEqual({});
  expect(chosen({ a: 'x' }, 'b', 'y')).toEqual({ a: 'x', b: 'y' });
  expect(chosen({ a: 'x' }, 'a', 'z')).toEqual({ a: 'z' });
  expect(chosen({ a: 'x' }, 'a', '')).toBeNull();
});

it('shows markup in a menu as words', () => {
  expect(plain('A &amp; <b>B</b> <img src="/media/x" alt="lá cờ">')).toBe('A & B lá cờ');
});
