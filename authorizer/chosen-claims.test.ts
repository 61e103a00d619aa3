import { describe, expect, it } from '@jest/globals';
import { goodClaims, ISSUER, NOW_MS } from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { findChosenClaims } from './chosen-claims.ts';
import { readIdentity } from './claims.ts';

const RULES = { issuers: [ISSUER], audiences: [ISSUER], clockToleranceS: 5, maxAgeS: undefined } as const;

describe('findChosenClaims', () => {
  it('takes the named members as they are and no other', () => {
    const claims = { role: 'admin', activeOrganizationId: null, teams: [{ id: 1 }], other: 'x' };
    expect(findChosenClaims(claims, ['role', 'activeOrganizationId', 'teams'])).toStrictEqual({
      role: 'admin',
      activeOrganizationId: null,
      teams: [{ id: 1 }],
    });
  });

  it.each([
    ['no name is given', { role: 'admin' }, []],
    ['the token has none of them', { role: undefined }, ['role', 'plan']],
    ['the name is one of every object', {}, ['constructor', 'toString', 'hasOwnProperty']],
  ])('finds nothing when %s', (_name, claims, names) => {
    expect(findChosenClaims(claims, names)).toBeUndefined();
  });

  it('takes a member whose name is one of every object', () => {
    expect(findChosenClaims({ constructor: 'x' }, ['constructor'])).toStrictEqual({ constructor: 'x' });
  });

  it.each([
    ['a text of 1,022 characters, 1,024 with its quotes', { a: 'x'.repeat(1022) }, 'allow'],
    ['a text of one more', { a: 'x'.repeat(1023) }, 'claims_too_large'],
    ['a list that is too long', { a: Array(600).fill(1) }, 'claims_too_large'],
    ['two that are 2,048 together', { a: 'x'.repeat(1022), b: 'x'.repeat(1011) }, 'allow'],
    ['two that are one more', { a: 'x'.repeat(1022), b: 'x'.repeat(1012) }, 'claims_too_large'],
  ])('caps each and all: %s', async (_name, claims, code) => {
    expect(await codeOf(() => findChosenClaims(claims, ['a', 'b']))).toBe(code);
  });

  it('refuses one claim that is too large next to one that is not', async () => {
    const claims = { plan: 'x'.repeat(1100), role: 'admin' };
    expect(await codeOf(() => findChosenClaims(claims, ['plan', 'role']))).toBe('claims_too_large');
  });

  it('does not look at members that were not chosen', async () => {
    expect(await codeOf(() => findChosenClaims({ a: 'x'.repeat(5000) }, ['b']))).toBe('allow');
  });
});

describe('the identity of a token', () => {
  it('holds the chosen claims, which decide nothing', () => {
    const claims = goodClaims({ role: 'admin', sub: 'user-1' });
    const plain = readIdentity(claims, { ...RULES, claimNames: [] }, NOW_MS);
    const chosen = readIdentity(claims, { ...RULES, claimNames: ['role', 'sub'] }, NOW_MS);
    expect(chosen).toStrictEqual({ ...plain, claims: { role: 'admin', sub: 'user-1' } });
  });
});
