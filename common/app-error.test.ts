import { describe, expect, it } from '@jest/globals';
import { isAppError } from './app-error.ts';
import { TokenExpired } from './identity.ts';

describe('isAppError', () => {
  it('knows an error that a caller is told about', () => {
    expect(isAppError(new TokenExpired())).toBe(true);
  });

  it('knows one from another copy of the module', () => {
    expect(isAppError(Object.assign(new Error('x'), { code: 'x', kind: 'invalid' }))).toBe(true);
  });

  it.each([
    ['an error of the platform', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    ['an error with a kind alone', Object.assign(new Error('x'), { kind: 'invalid' })],
    ['an error whose code is a number', Object.assign(new Error('x'), { code: 1, kind: 'invalid' })],
    ['an object that looks like one', { code: 'x', kind: 'invalid', message: 'x' }],
    ['a text', 'x'],
    ['nothing', undefined],
    ['null', null],
  ])('does not know %s', (_name, error) => {
    expect(isAppError(error)).toBe(false);
  });
});
