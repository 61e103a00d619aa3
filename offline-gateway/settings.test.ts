import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.ts';

describe('custom.offlineGateway', () => {
  it('may be missing, and has a default for everything', () => {
    expect(readSettings(undefined)).toMatchObject({
      strictPrincipalId: false,
      regexMatch: 'full',
      integrationTimeoutMs: 29_000,
    });
  });

  it('replaces a default', () => {
    expect(readSettings({ regexMatch: 'search' }).regexMatch).toBe('search');
  });

  it.each([
    ['an option that does not exist', { strictPrincipalID: true }],
    ['an option that objects inherit', { constructor: true }],
  ])('is refused with %s', (_name, custom) => {
    expect(() => readSettings(custom)).toThrow(
      /^offline-gateway: custom\.offlineGateway\.\w+ is not an option/,
    );
  });

  it.each([
    ['text for a flag', { strictPrincipalId: 'yes' }, 'true or false'],
    ['an unknown way to match', { regexMatch: 'partial' }, 'full or search'],
    ['no time at all', { integrationTimeoutMs: 0 }, 'a whole number above 0'],
    ['an account that is not valid', { accountId: '123' }, 'a text of twelve digits'],
    ['an id with capitals', { apiId: 'ABCDEFGHIJ' }, 'ten lower-case letters or digits'],
    ['a path without a slash', { flushPath: 'flush' }, 'a path that begins with a slash'],
    ['stage variables that are no text', { stageVariables: { a: 1 } }, 'an object whose values are text'],
  ])('is refused with %s, and says what the option takes', (_name, custom, takes) => {
    expect(() => readSettings(custom)).toThrow(
      `offline-gateway: custom.offlineGateway.${Object.keys(custom)[0]} must be ${takes}.`,
    );
  });
});
