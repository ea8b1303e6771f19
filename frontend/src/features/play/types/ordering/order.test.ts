import { expect, it } from 'vitest';
import { moved } from './order.ts';

it('puts one item at another place and keeps the others in their order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c']);
  expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd']);
  expect(moved(['a', 'b'], 0, 5)).toEqual(['a', 'b']);
});
