import { describe, expect, it } from '@jest/globals';
import { isAppError } from '../common/app-error.ts';
import { TOKEN_EXPIRED } from '../common/identity.ts';
import { KeysUnavailable, REJECTIONS, Rejection, type RejectionCode } from './rejections.ts';

const CODES = Object.keys(REJECTIONS) as RejectionCode[];

describe('Rejection', () => {
  it.each(CODES)('%s is a code and a sentence that fit into a JSON text template as they are', (code) => {
    expect(code).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
    expect(REJECTIONS[code]).toMatch(/^[A-Z][A-Za-z0-9 .,:;/<>-]{9,119}$/);
    expect(JSON.stringify(REJECTIONS[code])).toBe(`"${REJECTIONS[code]}"`);
  });

  it.each(CODES)('%s carries its sentence as message, of the kind that becomes a 401', (code) => {
    expect(new Rejection(code)).toMatchObject({ code, message: REJECTIONS[code], kind: 'unauthenticated' });
    expect(isAppError(new Rejection(code))).toBe(true);
  });

  it('says every sentence once', () => {
    expect(new Set(Object.values(REJECTIONS)).size).toBe(CODES.length);
  });

  it('may be cached unless the clock alone can lift it', () => {
    expect(CODES.filter((code) => !new Rejection(code).cacheable)).toEqual([
      'token_not_active',
      'issued_in_future',
    ]);
  });

  it('may be kept out of the cache one by one', () => {
    expect(new Rejection('unknown_key', { cacheable: false }).cacheable).toBe(false);
  });

  it('says the same of an expired token as the handlers behind the cache', () => {
    expect(REJECTIONS[TOKEN_EXPIRED.code]).toBe(TOKEN_EXPIRED.detail);
  });

  it.each([
    ['missing_token', 'Authorization header missing'],
    ['malformed_header', 'Invalid authorization format. Use: Bearer <token>'],
    ['missing_subject', 'Invalid token: missing user identifier'],
  ] as const)('keeps the words of the first specification for %s', (code, sentence) => {
    expect(REJECTIONS[code]).toBe(sentence);
  });

  it.each(['not_a_jwt', 'encrypted_token', 'session_cookie_token', 'email_verification_token'] as const)(
    'tells who sends %s where to get the right token',
    (code) => {
      expect(REJECTIONS[code]).toContain('/api/auth/token');
    },
  );
});

describe('KeysUnavailable', () => {
  it('is our outage and no refusal', () => {
    const error = new KeysUnavailable();
    expect(error).toMatchObject({
      code: 'keys_unavailable',
      kind: 'unavailable',
      message: 'The keys to verify the token cannot be reached at the moment.',
    });
    expect(error).not.toBeInstanceOf(Rejection);
  });
});
