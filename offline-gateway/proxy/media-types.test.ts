import { describe, expect, it } from '@jest/globals';
import { makeIsBinary } from './media-types.ts';

describe('binary media types', () => {
  const isBinary = makeIsBinary(['image/png', 'application/*', '*/test']);

  it.each([
    'image/png',
    'IMAGE/PNG; q=0.8',
    'image/png,image/*,*/*;q=0.8',
    'application/whatever',
    'application/*',
  ])('%s is binary', (type) => {
    expect(isBinary(type)).toBe(true);
  });

  it.each([
    'image/jpg',
    'image/*',
    '*/*',
    '*/test',
    'random/test',
    'image/webp,image/png',
    'application',
    'application/a/b',
    undefined,
  ])('%s is not', (type) => {
    expect(isBinary(type)).toBe(false);
  });

  it('are every type with */*', () => {
    expect(makeIsBinary(['*/*'])('text/plain')).toBe(true);
  });
});
