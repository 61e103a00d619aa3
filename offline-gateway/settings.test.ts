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
    ['text for a flag', { strictPrincipalId: 'yes' }],
    ['an unknown way to match', { regexMatch: 'partial' }],
    ['no time at all', { integrationTimeoutMs: 0 }],
    ['an account that is not valid', { accountId: '123' }],
    ['a path without a slash', { flushPath: 'flush' }],
    ['stage variables that are no text', { stageVariables: { a: 1 } }],
  ])('is refused with %s', (_name, custom) => {
    expect(() => readSettings(custom)).toThrow(/^offline-gateway: custom\.offlineGateway\./);
  });
});
