import { expect, it } from '@jest/globals';
import { makeResultCache } from './result-cache.ts';

function setup(maximum = 10) {
  const clock = { ms: 0 };
  return { clock, cache: makeResultCache<string>({ maximum, now: () => clock.ms }) };
}

it('finds a result until its time is over, to the millisecond', () => {
  const { clock, cache } = setup();
  cache.keep('a', 'one', 300);
  clock.ms = 299;
  expect(cache.find('a')).toBe('one');
  clock.ms = 300;
  expect(cache.find('a')).toBeUndefined();
});

it('keeps nothing for a time to live of 0', () => {
  const { cache } = setup();
  cache.keep('a', 'one', 0);
  expect(cache.find('a')).toBeUndefined();
});

it('drops the oldest result above its bound, and a result kept again is young', () => {
  const { cache } = setup(2);
  cache.keep('a', 'one', 10);
  cache.keep('b', 'two', 10);
  cache.keep('a', 'again', 10);
  cache.keep('c', 'three', 10);
  expect(['a', 'b', 'c'].map((key) => cache.find(key))).toEqual(['again', undefined, 'three']);
});

it('says how many results a flush dropped', () => {
  const { cache } = setup();
  cache.keep('a', 'one', 10);
  expect([cache.flush(), cache.flush(), cache.find('a')]).toEqual([1, 0, undefined]);
});
