import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { keysEnv, SECRET_ENV, startAuthorizer, verdictOf } from '../support/authorizers.ts';
import { fakeIssuer } from '../support/issuer.ts';
import {
  bearer,
  hmacSigner,
  ISSUER,
  makeKeyPair,
  mint,
  NOW_MS,
  NOW_S,
  OTHER_SECRET,
  SECRET,
} from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';

const ED = makeKeyPair('EdDSA');

/** Until what verifies with public keys has been loaded. */
const keySetCode = () => import('./key-set.ts').then(() => setImmediate());

describe('makeAuthenticate', () => {
  it('turns a header into an identity', async () => {
    const { authenticate } = startAuthorizer(SECRET_ENV);
    expect(await authenticate(bearer(mint(hmacSigner())))).toStrictEqual({
      userId: 'user-1',
      email: 'ann@example.com',
      emailVerified: true,
      name: 'Ann Žluťoučká',
      expiresAt: NOW_S + 840,
      issuedAt: NOW_S - 60,
    });
  });

  it('reads the clock at every call', async () => {
    let nowMs = NOW_MS;
    const { authenticate } = startAuthorizer(SECRET_ENV, { now: () => nowMs });
    const header = bearer(mint(hmacSigner(), { claims: { exp: NOW_S + 1 } }));
    expect(await codeOf(authenticate(header))).toBe('allow');
    nowMs += 1000;
    expect(await codeOf(authenticate(header))).toBe('token_expired');
  });

  it('goes by the clock of the machine unless given another', async () => {
    const { makeAuthenticate } = await import('./authenticate.ts');
    const { log } = await import('../support/logs.ts').then(({ recordLines }) => recordLines());
    const authenticate = makeAuthenticate(startAuthorizer(SECRET_ENV).config, { log });
    const nowS = Math.floor(Date.now() / 1000);
    const expiring = (exp: number) => bearer(mint(hmacSigner(), { claims: { iat: nowS, exp } }));
    expect(await codeOf(authenticate(expiring(nowS + 60)))).toBe('allow');
    expect(await codeOf(authenticate(expiring(nowS - 60)))).toBe('token_expired');
  });

  it.each([
    ['keys alone', {}, 1],
    ['a shared secret as well', SECRET_ENV, 0],
  ])('fetches the keys at its start where every token needs them: %s', async (_name, env, fetches) => {
    const { makeAuthenticate } = await import('./authenticate.ts');
    const { recordLines } = await import('../support/logs.ts');
    const { readAuthorizerConfig } = await import('./config.ts');
    const asked: string[] = [];
    const fetch = async ({ href }: URL) => {
      asked.push(href);
      return new Response(JSON.stringify({ keys: [ED.jwk] })) as never;
    };
    const jwks = { BETTER_AUTH_JWKS_URL: 'https://auth.example.com/api/auth/jwks' };
    const config = readAuthorizerConfig({ BETTER_AUTH_URL: ISSUER, ...jwks, ...env });
    makeAuthenticate(config, { log: recordLines().log, now: () => NOW_MS, fetch, prefetch: true });
    await keySetCode();
    expect(asked).toHaveLength(fetches);
  });

  it.each([
    ['no header', undefined, 'missing_token'],
    ['another scheme', 'Basic eDp5', 'malformed_header'],
    ['no JWT', 'Bearer opaque', 'not_a_jwt'],
  ])('refuses %s', async (_name, header, code) => {
    expect(await codeOf(startAuthorizer(SECRET_ENV).authenticate(header))).toBe(code);
  });

  it('believes no claim before the signature: a forged token is told nothing about its claims', async () => {
    const authorizer = startAuthorizer(SECRET_ENV);
    for (const claims of [
      { exp: 1 },
      { iss: 'x' },
      { aud: 'x' },
      { sub: undefined },
      { nbf: NOW_S + 99 },
      {},
    ]) {
      expect(await verdictOf(authorizer, mint(hmacSigner(OTHER_SECRET), { claims }))).toBe('bad_signature');
    }
  });

  it.each([
    ['no JSON', '{sub:"user-1"}'],
    ['JSON with text after it', '{"sub":"user-1"} {}'],
    ['a member twice', '{"sub":"user-1","sub":"user-2"}'],
    ['an array', '["sub"]'],
    ['null', 'null'],
    ['a text', '"user-1"'],
  ])('refuses a payload of %s in every mode', async (_name, claims) => {
    const noType = { ...hmacSigner(), header: { alg: 'HS256' } };
    for (const [env, signer] of [
      [SECRET_ENV, hmacSigner()],
      [SECRET_ENV, noType],
      [keysEnv(ED), ED],
    ] as const) {
      expect(await verdictOf(startAuthorizer(env), mint(signer, { claims }))).toBe('malformed_token');
    }
    const forged = mint(hmacSigner(OTHER_SECRET), { claims });
    expect(await verdictOf(startAuthorizer(SECRET_ENV), forged)).toMatch(/^(malformed_token|bad_signature)$/);
  });

  describe('picks the verifier by configuration and algorithm', () => {
    const both = { ...keysEnv(ED), BETTER_AUTH_SECRET: SECRET };
    it.each([
      ['HS256 in shared-secret mode', SECRET_ENV, hmacSigner(), 'allow'],
      [
        'HS384 in shared-secret mode of HS256',
        SECRET_ENV,
        hmacSigner(SECRET, 'HS384'),
        'unsupported_algorithm',
      ],
      [
        'HS512 in shared-secret mode of HS256',
        SECRET_ENV,
        hmacSigner(SECRET, 'HS512'),
        'unsupported_algorithm',
      ],
      [
        'HS256 in shared-secret mode of HS512',
        { ...SECRET_ENV, ALGORITHM: 'HS512' },
        hmacSigner(),
        'unsupported_algorithm',
      ],
      [
        'HS512 in shared-secret mode of HS512',
        { ...SECRET_ENV, ALGORITHM: 'HS512' },
        hmacSigner(SECRET, 'HS512'),
        'allow',
      ],
      ['EdDSA in shared-secret mode', SECRET_ENV, ED, 'unsupported_algorithm'],
      ['HS256 in JWKS mode', keysEnv(ED), hmacSigner(), 'unsupported_algorithm'],
      ['EdDSA in JWKS mode', keysEnv(ED), ED, 'allow'],
      ['HS256 in both modes', both, hmacSigner(), 'allow'],
      ['EdDSA in both modes', both, ED, 'allow'],
      ['HS512 in both modes', both, hmacSigner(SECRET, 'HS512'), 'unsupported_algorithm'],
    ])('%s', async (_name, env, signer, verdict) => {
      expect(await verdictOf(startAuthorizer(env), mint(signer))).toBe(verdict);
    });
  });

  it('never lets a public key serve as a secret', async () => {
    for (const alg of ['EdDSA', 'ES256', 'RS256'] as const) {
      const pair = makeKeyPair(alg);
      const authorizer = startAuthorizer({ ...keysEnv(pair), BETTER_AUTH_SECRET: SECRET });
      const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
      const der = pair.publicKey.export({ format: 'der', type: 'spki' });
      for (const secret of [
        pem,
        pem.trim(),
        der,
        JSON.stringify(pair.jwk),
        String(pair.jwk['x'] ?? pair.jwk['n']),
      ]) {
        const token = mint(hmacSigner(secret), { header: { kid: pair.kid } });
        expect(await verdictOf(authorizer, token)).toBe('bad_signature');
        const relabelled = mint(hmacSigner(secret), { header: { alg, kid: pair.kid } });
        expect(await verdictOf(authorizer, relabelled)).toBe('bad_signature');
      }
    }
  });

  it('keeps answering for the secret while the issuer of the keys is down', async () => {
    const env = { ...SECRET_ENV, BETTER_AUTH_JWKS_URL: `${ISSUER}/api/auth/jwks` };
    const authorizer = startAuthorizer(env, { fetch: fakeIssuer(() => 500).fetch });
    expect(await verdictOf(authorizer, mint(ED))).toBe('unavailable');
    expect(await verdictOf(authorizer, mint(hmacSigner()))).toBe('allow');
  });

  it('asks the address that is configured, once, and only for a token that needs it', async () => {
    const asked: string[] = [];
    const fetch = (async (url: URL) => {
      asked.push(url.href);
      return Response.json({ keys: [ED.jwk] });
    }) as typeof globalThis.fetch;
    const env = { ...SECRET_ENV, BETTER_AUTH_JWKS_URL: `${ISSUER}/api/auth/jwks` };
    const authorizer = startAuthorizer(env, { fetch });
    expect(await verdictOf(authorizer, mint(hmacSigner()))).toBe('allow');
    expect(asked).toEqual([]);
    expect(await verdictOf(authorizer, mint(ED))).toBe('allow');
    expect(await verdictOf(authorizer, mint(ED))).toBe('allow');
    expect(asked).toEqual([`${ISSUER}/api/auth/jwks`]);
  });

  it('reaches the issuer with the fetch of the platform unless given another', async () => {
    const { startIssuer } = await import('../support/issuer.ts');
    const issuer = await startIssuer((_request, response) =>
      response.end(JSON.stringify({ keys: [ED.jwk] })),
    );
    const authorizer = startAuthorizer({ BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: issuer.url.href });
    expect(await verdictOf(authorizer, mint(ED))).toBe('allow');
    await issuer.stop();
  });
});
