import { describe, expect, it } from '@jest/globals';
import { requireUnexpired } from '../common/identity.ts';
import { goodClaims, ISSUER, NOW_MS, NOW_S } from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { type ClaimRules, readIdentity } from './claims.ts';

const RULES: ClaimRules = {
  issuers: [ISSUER],
  audiences: [ISSUER],
  clockToleranceS: 5,
  maxAgeS: undefined,
  claimNames: [],
};
const MAX_AGE_S = 1800;

const read = (changes: object = {}, rules: Partial<ClaimRules> = {}, nowMs = NOW_MS) =>
  readIdentity(goodClaims({ ...changes }), { ...RULES, ...rules }, nowMs);

describe('readIdentity', () => {
  it('takes from the payload what a handler needs and nothing else', () => {
    expect(
      read({ role: 'admin', session: { token: 'x' }, image: 'https://example.com/a.png' }),
    ).toStrictEqual({
      userId: 'user-1',
      email: 'ann@example.com',
      emailVerified: true,
      name: 'Ann Žluťoučká',
      expiresAt: NOW_S + 840,
      issuedAt: NOW_S - 60,
    });
  });

  it('keeps an address and a name of 320 characters', () => {
    const text = 'x'.repeat(320);
    expect(read({ email: text, name: text })).toMatchObject({ email: text, name: text });
  });

  it('reads the payload that definePayload trimmed to nothing', () => {
    const claims = { sub: 'user-1', iss: ISSUER, aud: ISSUER, exp: NOW_S + 1 };
    expect(readIdentity(claims, RULES, NOW_MS)).toStrictEqual({
      userId: 'user-1',
      expiresAt: NOW_S + 1,
    });
  });

  it.each([
    ['true', true, true],
    ['false', false, false],
    ['the string true', 'true', undefined],
    ['1', 1, undefined],
    ['null', null, undefined],
    ['missing', undefined, undefined],
  ])('reads an address as verified only when the token says true: %s', (_name, said, expected) => {
    expect(read({ emailVerified: said }).emailVerified).toBe(expected);
    expect(read({ emailVerified: undefined, email_verified: said }).emailVerified).toBe(expected);
  });

  it.each([
    ['both say true', true, true, true],
    ['emailVerified says false', false, true, false],
    ['email_verified says false', true, false, false],
    ['one of them is no answer', 'yes', true, true],
  ])('lets false win when there are two answers: %s', (_name, emailVerified, email_verified, expected) => {
    expect(read({ emailVerified, email_verified }).emailVerified).toBe(expected);
  });

  it.each([
    ['empty', ''],
    ['missing', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', { toString: () => 'x' }],
    ['an array', ['ann@example.com']],
    ['longer than the context can be sure to carry', 'x'.repeat(6500)],
    ['one character too long', 'x'.repeat(321)],
  ])('leaves an e-mail address or name out that is %s', (_name, value) => {
    const identity = read({ email: value, name: value });
    expect(identity).not.toHaveProperty('email');
    expect(identity).not.toHaveProperty('name');
  });

  it('replaces half a surrogate pair, which API Gateway could not deliver', () => {
    expect(read({ name: 'a\ud800b', email: '\udc00@example.com' })).toMatchObject({
      name: 'a\ufffdb',
      email: '\ufffd@example.com',
    });
  });

  it.each([
    ['quotes, line breaks and a NUL', 'A "B"\n\\C\u0000'],
    ['characters beyond the basic plane', '🦊 𝔘'],
  ])('keeps a name with %s as it is', (_name, name) => {
    expect(read({ name }).name).toBe(name);
  });

  describe('iss and aud', () => {
    it.each([
      ['another issuer', { iss: 'https://evil.example' }, 'wrong_issuer'],
      ['an issuer with a slash', { iss: `${ISSUER}/` }, 'wrong_issuer'],
      ['an issuer with a path', { iss: `${ISSUER}/api/auth` }, 'wrong_issuer'],
      ['an issuer in capitals', { iss: ISSUER.toUpperCase() }, 'wrong_issuer'],
      ['an issuer that goes on', { iss: `${ISSUER}.evil.example` }, 'wrong_issuer'],
      ['an issuer in an array', { iss: [ISSUER] }, 'wrong_issuer'],
      ['an empty issuer', { iss: '' }, 'wrong_issuer'],
      ['an issuer of null', { iss: null }, 'wrong_issuer'],
      ['no issuer', { iss: undefined }, 'wrong_issuer'],
      ['another audience', { aud: 'https://other.example' }, 'wrong_audience'],
      ['an audience with a slash', { aud: `${ISSUER}/` }, 'wrong_audience'],
      ['an audience that goes on', { aud: `${ISSUER},https://other.example` }, 'wrong_audience'],
      ['an empty audience', { aud: '' }, 'wrong_audience'],
      ['no audience', { aud: undefined }, 'wrong_audience'],
      ['an audience of null', { aud: null }, 'wrong_audience'],
      ['an empty array', { aud: [] }, 'wrong_audience'],
      ['an array of others', { aud: ['https://other.example'] }, 'wrong_audience'],
      ['an array with something that is no string', { aud: [ISSUER, 1] }, 'wrong_audience'],
      ['an array in an array', { aud: [[ISSUER]] }, 'wrong_audience'],
      ['an object', { aud: { 0: ISSUER, length: 1 } }, 'wrong_audience'],
    ])('refuses %s', async (_name, changes, code) => {
      expect(await codeOf(() => read(changes))).toBe(code);
    });

    it.each([
      ['our audience alone', ISSUER],
      ['an array of it', [ISSUER]],
      ['it among others', ['https://other.example', ISSUER]],
    ])('accepts %s (RFC 7519 §4.1.3)', (_name, aud) => {
      expect(read({ aud }).userId).toBe('user-1');
    });

    it('compares the audience with the audience and the issuer with the issuer', async () => {
      const audience = 'https://api.example.com';
      const audiences = [audience] as const;
      expect(read({ aud: audience }, { audiences }).userId).toBe('user-1');
      expect(await codeOf(() => read({}, { audiences }))).toBe('wrong_audience');
      expect(await codeOf(() => read({ aud: audience, iss: audience }, { audiences }))).toBe('wrong_issuer');
    });

    describe('with several of each', () => {
      const [origin, oauth, other] = [ISSUER, `${ISSUER}/api/auth`, 'https://preview.example.com'];
      const api = 'https://api.example.com';
      const several = { issuers: [origin, oauth], audiences: [origin, api] } as const;

      it.each([
        ['the sign-in JWT, whose issuer is the origin', { iss: origin, aud: origin }],
        ['the OAuth token, whose issuer has a path', { iss: oauth, aud: api }],
        ['any issuer of the list with any audience of it', { iss: oauth, aud: origin }],
        ['an array that holds an audience of the list', { iss: oauth, aud: ['x', api] }],
      ])('accepts %s', (_name, claims) => {
        expect(read(claims, several).userId).toBe('user-1');
      });

      it.each([
        ['an issuer that is not in the list', { iss: other }, 'wrong_issuer'],
        ['an audience for an issuer', { iss: api }, 'wrong_issuer'],
        ['the list as one text', { iss: `${origin},${oauth}` }, 'wrong_issuer'],
        ['the list as the issuer', { iss: [origin, oauth] }, 'wrong_issuer'],
        ['an issuer for an audience', { aud: oauth }, 'wrong_audience'],
        ['an array of other audiences', { aud: [other, oauth] }, 'wrong_audience'],
      ])('refuses %s', async (_name, claims, code) => {
        expect(await codeOf(() => read(claims, several))).toBe(code);
      });
    });
  });

  describe('times', () => {
    it.each([
      ['no exp', { exp: undefined }, 'missing_expiry'],
      ['an exp of null', { exp: null }, 'malformed_claims'],
      ['an exp that is a string', { exp: String(NOW_S + 60) }, 'malformed_claims'],
      ['an exp that is true', { exp: true }, 'malformed_claims'],
      ['an exp in an array', { exp: [NOW_S + 60] }, 'malformed_claims'],
      ['an exp of NaN', { exp: Number.NaN }, 'malformed_claims'],
      ['an endless exp', { exp: Number.POSITIVE_INFINITY }, 'malformed_claims'],
      ['an exp in milliseconds', { exp: NOW_MS + 60_000 }, 'malformed_claims'],
      ['an exp just beyond 10^11', { exp: 1e11 + 1 }, 'malformed_claims'],
      ['an exp just before -10^11', { exp: -1e11 - 1 }, 'malformed_claims'],
      ['an nbf in milliseconds', { nbf: NOW_MS }, 'malformed_claims'],
      ['an iat in milliseconds', { iat: NOW_MS }, 'malformed_claims'],
      ['an exp in the past', { exp: NOW_S - 1 }, 'token_expired'],
      ['an exp of now', { exp: NOW_S }, 'token_expired'],
      ['an exp of zero', { exp: 0 }, 'token_expired'],
      ['a negative exp', { exp: -NOW_S }, 'token_expired'],
      ['an nbf beyond the tolerance', { nbf: NOW_S + 6 }, '~token_not_active'],
      ['an nbf a fraction beyond the tolerance', { nbf: NOW_S + 5.5 }, '~token_not_active'],
      ['an nbf that is a string', { nbf: '0' }, 'malformed_claims'],
      ['an nbf of null', { nbf: null }, 'malformed_claims'],
      ['an iat beyond the tolerance', { iat: NOW_S + 6 }, '~issued_in_future'],
      ['an iat an hour ahead', { iat: NOW_S + 3600 }, '~issued_in_future'],
      ['an iat that is a string', { iat: '0' }, 'malformed_claims'],
      ['an iat of null', { iat: null }, 'malformed_claims'],
      ['an iat later than any date', { iat: 1e300 }, 'malformed_claims'],
    ])('refuses %s', async (_name, changes, code) => {
      expect(await codeOf(() => read(changes))).toBe(code);
    });

    it.each([
      ['an exp one second ahead', { exp: NOW_S + 1 }],
      ['an exp half a second ahead', { exp: NOW_S + 0.5 }],
      ['the latest exp there is', { exp: 1e11 }],
      ['an nbf of now', { nbf: NOW_S }],
      ['an nbf within the tolerance', { nbf: NOW_S + 5 }],
      ['an nbf in the past', { nbf: NOW_S - 1 }],
      ['an iat within the tolerance', { iat: NOW_S + 5 }],
      ['no iat', { iat: undefined }],
      ['an ancient iat, when no age is set', { iat: 0 }],
    ])('accepts %s', (_name, changes) => {
      expect(read(changes).userId).toBe('user-1');
    });

    it('gives exp no tolerance, whatever the clock tolerance', async () => {
      const exp = NOW_S + 60;
      const atMs = (nowMs: number) => codeOf(() => read({ exp }, { clockToleranceS: 300 }, nowMs));
      expect(await atMs(exp * 1000 - 1)).toBe('allow');
      expect(await atMs(exp * 1000)).toBe('token_expired');
    });

    it('has no tolerance at all when the setting is 0', async () => {
      expect(await codeOf(() => read({ nbf: NOW_S + 1 }, { clockToleranceS: 0 }))).toBe('~token_not_active');
      expect(await codeOf(() => read({ iat: NOW_S + 1 }, { clockToleranceS: 0 }))).toBe('~issued_in_future');
      expect(read({ iat: NOW_S, nbf: NOW_S }, { clockToleranceS: 0 }).userId).toBe('user-1');
    });
  });

  describe('with a maximum age', () => {
    const aged = (changes: object, nowMs?: number) => read(changes, { maxAgeS: MAX_AGE_S }, nowMs);

    it.each([
      ['no iat', { iat: undefined }, 'missing_issued_at'],
      ['an iat of the maximum age', { iat: NOW_S - MAX_AGE_S }, 'token_too_old'],
      ['an older iat', { iat: NOW_S - MAX_AGE_S - 1 }, 'token_too_old'],
      ['an iat of 1970', { iat: 0 }, 'token_too_old'],
      ['an iat in the future', { iat: NOW_S + 6 }, '~issued_in_future'],
    ])('refuses %s', async (_name, changes, code) => {
      expect(await codeOf(() => aged(changes))).toBe(code);
    });

    it('accepts a token that is one second younger', () => {
      expect(aged({ iat: NOW_S - MAX_AGE_S + 1 }).issuedAt).toBe(NOW_S - MAX_AGE_S + 1);
    });

    it('lets a token of ten years live no longer than the maximum age', () => {
      const iat = NOW_S - 60;
      expect(aged({ iat, exp: NOW_S + 315_360_000 }).expiresAt).toBe(iat + MAX_AGE_S);
    });

    it('lets exp end it earlier', () => {
      expect(aged({ exp: NOW_S + 1 }).expiresAt).toBe(NOW_S + 1);
    });

    it.each([
      ['just before the age is reached', MAX_AGE_S * 1000 - 1],
      ['when it is reached', MAX_AGE_S * 1000],
      ['just after', MAX_AGE_S * 1000 + 1],
    ])('never accepts what a handler would refuse at the same instant: %s', async (_name, ageMs) => {
      const at = (NOW_S - 60) * 1000 + ageMs;
      const both = () => requireUnexpired(aged({ exp: NOW_S + 86_400 }, at), at);
      expect(await codeOf(() => both())).toBe(ageMs < MAX_AGE_S * 1000 ? 'allow' : 'token_too_old');
    });
  });

  describe('sub', () => {
    it.each([
      ['no sub', undefined, 'missing_subject'],
      ['a sub of null', null, 'missing_subject'],
      ['an empty sub', '', 'missing_subject'],
      ['a sub that is a number', 1, 'invalid_subject'],
      ['a sub that is zero', 0, 'invalid_subject'],
      ['a sub that is false', false, 'invalid_subject'],
      ['a sub in an array', ['user-1'], 'invalid_subject'],
      ['a sub that is an object', { id: 'user-1' }, 'invalid_subject'],
      ['a sub of 129 characters', 'x'.repeat(129), 'invalid_subject'],
      ['nothing but a space', ' ', 'invalid_subject'],
      ['a leading space', ' user-1', 'invalid_subject'],
      ['a trailing space', 'user-1 ', 'invalid_subject'],
      ['a line break', 'user\n1', 'invalid_subject'],
      ['a trailing line break', 'user-1\n', 'invalid_subject'],
      ['a NUL', 'user\u00001', 'invalid_subject'],
      ['a delete character', 'user\u007f', 'invalid_subject'],
      ['a zero-width space', 'user\u200b1', 'invalid_subject'],
      ['a right-to-left override', 'user\u202e1', 'invalid_subject'],
      ['a line separator', 'user\u20281', 'invalid_subject'],
      ['a paragraph separator', 'user\u20291', 'invalid_subject'],
      ['half a surrogate pair', 'user\ud800', 'invalid_subject'],
      ['a no-break space, which looks like another id', 'user\u00a01', 'invalid_subject'],
      ['a trailing wide space', 'user-1\u3000', 'invalid_subject'],
      ['a filler that shows nothing', '\u3164', 'invalid_subject'],
      ['a trailing filler', 'user-1\u115f', 'invalid_subject'],
      ['a trailing variation selector', 'user-1\ufe0f', 'invalid_subject'],
      ['a grapheme joiner', 'user\u034f1', 'invalid_subject'],
      ['a blank of Braille', 'user-1\u2800', 'invalid_subject'],
      ['a private-use character', 'user\ue000', 'invalid_subject'],
    ])('refuses %s', async (_name, sub, code) => {
      expect(await codeOf(() => read({ sub }))).toBe(code);
    });

    it.each([
      ['an id as Better Auth makes it', 'mJ3xkVw1Rz8nLq0TtYbC5pGhE2sUaOdF'],
      ['a serial number in a string', '42'],
      ['an address, as getSubject may choose', 'ann+x@example.com'],
      ['a space inside', 'Ann B'],
      ['128 characters', 'x'.repeat(128)],
      ['128 characters beyond the basic plane', '🦊'.repeat(128)],
      ['a property name', '__proto__'],
    ])('accepts %s', (_name, sub) => {
      expect(read({ sub }).userId).toBe(sub);
    });
  });

  describe('tokens that Better Auth signs for other purposes', () => {
    const session = { id: 's', token: 'session-token', userId: 'user-1' };
    it.each([
      [
        'the session cookie of strategy jwt',
        { sub: undefined, iss: undefined, aud: undefined, session },
        'session_cookie_token',
      ],
      ['a session cookie with an issuer', { sub: undefined, session }, 'session_cookie_token'],
      ['the audience of the session cookie', { aud: 'better-auth:session-cache' }, 'session_cookie_token'],
      ['that audience among ours', { aud: [ISSUER, 'better-auth:session-cache'] }, 'session_cookie_token'],
      [
        'an e-mail verification token',
        { sub: undefined, iss: undefined, aud: undefined },
        'email_verification_token',
      ],
      [
        'a change-of-e-mail token',
        { sub: undefined, iss: undefined, aud: undefined, updateTo: 'b@example.com' },
        'email_verification_token',
      ],
      ['a token with an address and an issuer, but no subject', { sub: undefined }, 'missing_subject'],
      [
        'a token of nothing',
        { sub: undefined, iss: undefined, aud: undefined, email: undefined },
        'wrong_issuer',
      ],
      [
        'a session that is no object',
        { sub: undefined, session: 'x', iss: undefined, email: undefined },
        'wrong_issuer',
      ],
    ])('refuses %s', async (_name, changes, code) => {
      expect(await codeOf(() => read(changes))).toBe(code);
    });

    it('names their kind although they have expired', async () => {
      const changes = { sub: undefined, iss: undefined, exp: NOW_S - 1 };
      expect(await codeOf(() => read(changes))).toBe('email_verification_token');
    });

    it('refuses the audience of the session cookie even when it is configured', async () => {
      const audience = 'better-auth:session-cache';
      expect(await codeOf(() => read({ aud: audience }, { audiences: [audience] }))).toBe(
        'session_cookie_token',
      );
    });

    describe('an ID token, although its audience is ours', () => {
      const clientId = 'tasks-web';
      const readFor = (claims: object) => read({ aud: clientId, ...claims }, { audiences: [clientId] });
      it.each([
        ['as Better Auth writes it', { at_hash: 'x', acr: '0', auth_time: NOW_S, nonce: 'n', sid: 's' }],
        ['with at_hash alone', { at_hash: 'x' }],
        ['with c_hash alone', { c_hash: 'x' }],
        ['with s_hash alone', { s_hash: 'x' }],
        ['with nonce alone', { nonce: 'x' }],
        ['with acr alone', { acr: '0' }],
        ['with amr alone', { amr: ['pwd'] }],
        ['with auth_time alone', { auth_time: NOW_S }],
        ['with null for a nonce', { nonce: null }],
        ['with a scope and a nonce', { nonce: 'n', scope: 'tasks:write', client_id: clientId }],
        ['with azp', { azp: clientId, acr: '0' }],
        ['that has expired', { exp: NOW_S - 1, at_hash: 'x' }],
        ['of another issuer', { iss: 'https://other.example', at_hash: 'x' }],
      ])('is refused: %s', async (_name, claims) => {
        expect(await codeOf(() => readFor(claims))).toBe('id_token');
      });

      it('is told from an access token that says how the user signed in (RFC 9068 §2.2.1)', () => {
        const claims = { client_id: clientId, scope: 'x', acr: '0', amr: ['pwd'], auth_time: NOW_S };
        expect(readFor(claims).clientId).toBe(clientId);
      });
    });

    it('accepts an access token into which definePayload put the session', () => {
      expect(read({ session }).userId).toBe('user-1');
    });
  });
});
