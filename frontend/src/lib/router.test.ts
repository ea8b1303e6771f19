import { expect, it } from 'vitest';
import { match } from './router.svelte.ts';

it('matches named parts, a trailing slash, and nothing longer or shorter', () => {
  expect(match('/contests/:id', '/contests/c1')).toEqual({ id: 'c1' });
  expect(match('/contests/:id', '/contests/c1/')).toEqual({ id: 'c1' });
  expect(match('/', '/')).toEqual({});
  expect(match('/contests/:id', '/contests')).toBeUndefined();
  expect(match('/contests/:id', '/contests/c1/more')).toBeUndefined();
});
