import { describe, expect, it } from '@jest/globals';
import { carriedKeys } from '../../local/tokens/bad-tokens/attacks-on-keys.ts';
import { TAMPERINGS } from '../../local/tokens/bad-tokens/plain.ts';
import {
  effectOf,
  startAuthorizer,
  tokenEvent,
  verdictOf,
  verdictOnHeader,
} from '../../support/authorizers.ts';
import { attackTables, openEnv } from '../../support/bad-tokens.ts';
import { fakeIssuer } from '../../support/issuer.ts';
import { bearer, ISSUER, mint, NOW_S, tokenMaker } from '../../support/tokens.ts';

const { attacker: ATTACKER, hmac: HMAC, pairs: PAIRS } = tokenMaker;
const CARRIED = carriedKeys(ATTACKER);
const API = startAuthorizer(openEnv());
const ED = tokenMaker.pair('EdDSA');

it('accepts the tokens that the attacks start from', async () => {
  for (const signer of [HMAC, ...PAIRS]) expect(await verdictOf(API, mint(signer))).toBe('allow');
});

describe.each(attackTables())('$title', ({ rows }) => {
  it.each(rows)('$name', async ({ header, env, verdict }) => {
    const api = env['TOKEN_CLAIMS'] || env['ACCESS_TOKEN_EXPIRE_MINUTES'] ? startAuthorizer(env) : API;
    expect(await verdictOnHeader(api, header)).toBe(verdict);
  });
});

describe('a good token, changed without a key', () => {
  it.each(TAMPERINGS)('$name', async ({ code, change }) => {
    expect(await verdictOf(API, change(mint(HMAC)))).toBe(code);
  });
});

describe('addresses in a token', () => {
  it('never makes a request to an address in a token', async () => {
    const asked: string[] = [];
    const fetch = (async (url: URL) => {
      asked.push(url.href);
      return Response.json({ keys: [ED.jwk] });
    }) as typeof globalThis.fetch;
    const api = startAuthorizer(
      { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` },
      { fetch },
    );
    const claims = { iss: 'https://attacker.example', jku: 'https://attacker.example/jwks' };
    for (const kid of [ED.kid, 'mine', 'https://attacker.example/jwks']) {
      await verdictOf(api, mint(ATTACKER, { header: { ...CARRIED, kid }, claims }));
    }
    expect(new Set(asked)).toEqual(new Set([`${ISSUER}/jwks`]));
  });
});

describe('answers', () => {
  it('carries nothing of a refused token, although its signature is right', async () => {
    const claims = { sub: 'canary-sub', email: 'canary@example.com', name: 'canary name', exp: NOW_S };
    const result = await API.authorize(tokenEvent(bearer(mint(HMAC, { claims }))));
    expect(effectOf(result)).toBe('Deny');
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('hold nothing but texts that fit into a JSON template', async () => {
    for (const token of [
      '"}{"',
      '\\',
      '$context.x',
      mint(HMAC, { claims: { exp: 1 } }),
      mint(HMAC, { header: { alg: '"' } }),
    ]) {
      const { context } = await API.authorize(tokenEvent(bearer(token)));
      for (const value of Object.values(context ?? {})) expect(value).toMatch(/^[A-Za-z0-9_ .,:;/<>-]+$/);
    }
  });
});

describe('floods', () => {
  it('of random kids make the API ask the issuer at most once in 30 s', async () => {
    const issuer = fakeIssuer(() => ({ keys: [ED.jwk] }));
    let nowMs = NOW_S * 1000;
    const env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` };
    const api = startAuthorizer(env, { fetch: issuer.fetch, now: () => nowMs });
    for (let second = 0; second < 90; second += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          verdictOf(api, mint(ATTACKER, { header: { kid: `random-${second}-${at}` } })),
        ),
      );
      expect(issuer.fetches).toBe(Math.floor(second / 30) + 1);
      nowMs += 1000;
    }
  });
});
