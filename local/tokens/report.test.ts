import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { SCOPE_MEANINGS, SCOPES } from '../../functions/http/generated/scopes.ts';
import {
  encode,
  goodClaims,
  ISSUER,
  type Json,
  NOW_MS,
  NOW_S,
  OTHER_SECRET,
  SECRET,
} from '../../support/tokens.ts';
import { explain } from './report.ts';

const sign = (claims: Json, { header = {}, secret = SECRET }: { header?: Json; secret?: string } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(secret));

function setUp(
  env: Record<string, string> = {},
  { requireVerifiedEmail = false, fetch = refuseToFetch } = {},
) {
  const config = readAuthorizerConfig({ BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET, ...env });
  return (token: string) => explain(token, { config, requireVerifiedEmail, nowMs: NOW_MS, get: fetch });
}

const refuseToFetch: typeof fetch = () => Promise.reject(new Error('no network'));

/** The checks that failed, by name. */
const failures = (report: string) =>
  [...report.matchAll(/^ {2}FAIL +(\S+(?: \S+)*)/gm)].map(([, name]) => name?.split('  ')[0]);

describe('explain', () => {
  it('says that the API accepts a good token, and who it is', async () => {
    const { accepted, report } = await setUp()(await sign(goodClaims()));
    expect(accepted).toBe(true);
    expect(report).toContain('This is an access token, signed with a shared secret.');
    expect(report).toContain('The API accepts it. The caller is user "user-1".');
    expect(report).not.toMatch(/FAIL|not checked/);
  });

  it.each<[string, Json, string, string]>([
    [
      'an expired token',
      { iat: NOW_S - 9000, exp: NOW_S - 7200 },
      'token_expired',
      'It expired 2 hours ago.',
    ],
    ['a token without expiry', { exp: undefined }, 'missing_expiry', 'It has no exp.'],
    ['a token for later', { nbf: NOW_S + 90 }, 'token_not_active', 'Its nbf is 2 minutes ahead.'],
    ['a token from the future', { iat: NOW_S + 86_400 }, 'issued_in_future', 'Its iat is 1 day ahead.'],
    ['an expiry that is no time', { exp: 'tomorrow' }, 'malformed_claims', 'not a number of seconds'],
    [
      'another issuer',
      { iss: `${ISSUER}/` },
      'wrong_issuer',
      `iss is "${ISSUER}/". The API expects "${ISSUER}".`,
    ],
    ['no audience', { aud: undefined }, 'wrong_audience', `aud is missing. The API expects "${ISSUER}".`],
    ['no user', { sub: undefined, email: undefined }, 'missing_subject', 'It has no sub.'],
    ['an odd user', { sub: 7 }, 'invalid_subject', 'Its sub is not text'],
    [
      'a session cookie',
      { sub: undefined, session: {}, iss: undefined },
      'session_cookie_token',
      'It is the session cookie of Better Auth.',
    ],
    [
      'a token out of an e-mail',
      { sub: undefined, iss: undefined, aud: undefined },
      'email_verification_token',
      'This is the token of an e-mail link.',
    ],
  ])('names the fault of %s', async (_name, change, code, words) => {
    const { accepted, report } = await setUp()(await sign(goodClaims(change)));
    expect(accepted).toBe(false);
    expect(report).toContain(`The API refuses it: 401 ${code}.`);
    expect(report).toContain(words);
  });

  it.each<[string, Json, string]>([
    ['an extension', { crit: ['exp'], exp: 1 }, 'unsupported_critical_header'],
    ['another type', { typ: 'logout+jwt' }, 'wrong_token_type'],
    ['a cookie type', { typ: 'better-auth.session-cache+jwt' }, 'session_cookie_token'],
    ['no signature', { alg: 'none' }, 'unsupported_algorithm'],
    ['a public key algorithm', { alg: 'EdDSA' }, 'unsupported_algorithm'],
  ])('names %s in the header', async (_name, header, code) => {
    const token = `${encode({ alg: 'HS256', ...header })}.${encode(goodClaims())}.${encode('signature')}`;
    expect((await setUp()(token)).report).toContain(`The API refuses it: 401 ${code}.`);
  });

  it.each([
    ['nothing', '', 'malformed_header'],
    ['a session token', 'fmWc6nNTjEdWNEMTLpGgQuYbFnHIEcWx', 'not_a_jwt'],
    ['an encrypted token', 'a.b.c.d.e', 'encrypted_token'],
    ['a piece of a token', 'eyJhbGciOiJIUzI1NiJ9.eyJ.abc', 'malformed_token'],
    ['a huge token', 'a'.repeat(9000), 'token_too_large'],
  ])('says what is wrong with %s', async (_name, token, code) => {
    const { accepted, report } = await setUp()(token);
    expect(accepted).toBe(false);
    expect(report).toContain(`The API refuses it: 401 ${code}.`);
    expect(report).toContain('not checked');
  });

  it('goes on behind a wrong signature and names every claim at fault', async () => {
    const claims = goodClaims({
      iss: 'https://other.test',
      aud: 'https://other.test',
      exp: NOW_S - 60,
      sub: '',
    });
    const { report } = await setUp()(await sign(claims, { secret: OTHER_SECRET }));
    expect(failures(report)).toEqual(['signature', 'iss', 'aud', 'exp, nbf, iat', 'sub']);
    expect(report).toContain('The API refuses it: 401 bad_signature.');
  });

  it('says 403 for an address that is not verified, where the API asks for it', async () => {
    const token = await sign(goodClaims({ emailVerified: false }));
    const { accepted, report } = await setUp({}, { requireVerifiedEmail: true })(token);
    expect(accepted).toBe(false);
    expect(report).toContain('The API refuses it: 403 email_not_verified.');
  });

  it('says 503 when the keys that would decide cannot be had', async () => {
    const explainWithKeys = setUp({
      BETTER_AUTH_SECRET: '',
      BETTER_AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
    });
    const token = `${encode({ alg: 'EdDSA', kid: 'key-1' })}.${encode(goodClaims())}.${encode('signature')}`;
    const { accepted, report } = await explainWithKeys(token);
    expect(accepted).toBe(false);
    expect(report).toContain('The API refuses it: 503 keys_unavailable.');
  });

  const [READ] = SCOPES;

  it('says what a session of the user and the scopes of a client allow', async () => {
    const conclude = async (claims: Json) => {
      const { report } = await setUp()(await sign(goodClaims(claims)));
      return report.slice(report.indexOf('It is of ')).trimEnd().split('\n');
    };
    expect(await conclude({})).toEqual(["It is of the user's own session and may use every operation."]);
    expect(await conclude({ client_id: 'app', scope: `${READ} profile` })).toEqual([
      'It is of the OAuth client "app". What it may do:',
      `  ${READ}: ${SCOPE_MEANINGS[READ]}`,
      `  profile: ${SCOPE_MEANINGS.profile}`,
      'Scopes it could ask for:',
      ...SCOPES.filter((scope) => scope !== READ && scope !== 'profile').map(
        (scope) => `  ${scope}: ${SCOPE_MEANINGS[scope]}`,
      ),
    ]);
    expect((await conclude({ client_id: 'app' })).slice(0, 2)).toEqual([
      'It is of the OAuth client "app". What it may do:',
      '  nothing',
    ]);
    expect(await conclude({ scope: SCOPES.join(' ') })).toEqual([
      'It is of an OAuth client. What it may do:',
      ...SCOPES.map((scope) => `  ${scope}: ${SCOPE_MEANINGS[scope]}`),
    ]);
  });

  it('never prints the token, its signature or the secret', async () => {
    const tokens = [
      await sign(goodClaims()),
      await sign(goodClaims({ iss: SECRET.slice(0, 5) }), { secret: OTHER_SECRET }),
    ];
    for (const token of tokens) {
      const { report } = await setUp()(token);
      for (const part of [SECRET, OTHER_SECRET, ...token.split('.')]) expect(report).not.toContain(part);
    }
  });

  it('writes what could steer a terminal as an escape, and cuts what is long', async () => {
    const { report } = await setUp()(
      await sign(goodClaims({ iss: `\u001b[31m\u009b\u202e${'x'.repeat(500)}` })),
    );
    expect(report).toMatch(/^[\n\p{L}\p{N}\p{P}\p{S} ]+$/u);
    expect(report).not.toContain('x'.repeat(101));
  });
});
