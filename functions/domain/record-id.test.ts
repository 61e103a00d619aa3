import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isRecordId, makeNewId } from './record-id.ts';

describe('makeNewId', () => {
  it('makes valid, distinct ids that ascend within one millisecond', () => {
    const newId = makeNewId(() => 1_800_000_000_000, randomBytes);
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids.every(isRecordId)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted());
  });

  it('makes ids that ascend although the clock is set back', () => {
    let nowMs = 2000;
    const newId = makeNewId(() => nowMs--, randomBytes);
    const ids = Array.from({ length: 100 }, newId);
    expect(ids).toEqual(ids.toSorted());
  });

  it('writes the time first, so that ids of several processes sort by it', () => {
    const newId = makeNewId(
      () => 0x0123_4567_89ab,
      (bytes) => new Uint8Array(bytes),
    );
    expect(newId()).toBe('01234567-89ab-7000-8000-000000000000');
  });

  it('goes on in the next millisecond when one is used up', () => {
    const newId = makeNewId(
      () => 1,
      (bytes) => new Uint8Array(bytes),
    );
    const ids = Array.from({ length: 0x1001 }, newId);
    expect(ids.at(-2)).toMatch(/^00000000-0001-7fff-/);
    expect(ids.at(-1)).toMatch(/^00000000-0002-7000-/);
  });
});

describe('isRecordId', () => {
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another UUID version', '019ca8a4-1f40-4c3e-9f00-5b1d2c3e4f50'],
    ['capitals', '019CA8A4-1F40-7C3E-9F00-5B1D2C3E4F50'],
    ['the key of a record of another kind', '~idempotency#x'],
    ['an id with text after it', '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50\n'],
  ])('is false for %s', (_name, text) => {
    expect(isRecordId(text)).toBe(false);
  });
});
