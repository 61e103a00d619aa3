import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fakeIssuer } from '../support/issuer.ts';
import { recordLines } from '../support/logs.ts';
import {
  encode,
  type Json,
  KEY_PAIR_ALGORITHMS,
  type KeyPair,
  makeKeyPair,
  mint,
  NOW_MS,
} from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { parseCompactToken } from './compact-token.ts';
import { makeVerifyKeySet, rehearse } from './key-set.ts';
import type { KeySetSource } from './key-set-source.ts';

/** A key pair of each algorithm, made when it is first asked for: those of RSA take their time. */
const pairs = Object.defineProperties(
  {} as Record<(typeof KEY_PAIR_ALGORITHMS)[number], KeyPair>,
  Object.fromEntries(
    KEY_PAIR_ALGORITHMS.map((alg) => {
      let pair: KeyPair | undefined;
      const get = () => {
        pair ??= makeKeyPair(alg);
        return pair;
      };
      return [alg, { get }];
    }),
  ),
);

const ed448 = () => generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' });
const x25519 = () => generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
const p384 = () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });

/** A verifier over a key set, with what it logged. */
function setup(source: KeySetSource, fetchFrom?: typeof fetch) {
  const { log, entries } = recordLines();
  const clock = { nowMs: NOW_MS };
  const verify = makeVerifyKeySet(source, { log, now: () => clock.nowMs, fetch: fetchFrom });
  return { verify: (token: string) => codeOf(async () => verify(parseCompactToken(token))), entries, clock };
}

const inline = (...keys: readonly unknown[]) => setup({ kind: 'inline', keys });

describe('makeVerifyKeySet', () => {
  it.each(KEY_PAIR_ALGORITHMS)(
    'accepts %s signed with the key of the set, and no other signature',
    async (alg) => {
      const { verify, entries } = inline(pairs[alg].jwk);
      expect(await verify(mint(pairs[alg]))).toBe('allow');
      const impostor = makeKeyPair(alg);
      expect(await verify(mint(impostor))).toBe('bad_signature');
      expect(entries()).toEqual([]);
    },
  );

  it.each(KEY_PAIR_ALGORITHMS)('refuses a signature of %s of the wrong length', async (alg) => {
    const { verify } = inline(pairs[alg].jwk);
    const [head, body, signature = ''] = mint(pairs[alg]).split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const wrong of [
      bytes.subarray(1),
      Buffer.concat([bytes, Buffer.of(0)]),
      Buffer.of(0),
      Buffer.alloc(bytes.length),
    ]) {
      expect(await verify(`${head}.${body}.${encode(wrong)}`)).toBe('bad_signature');
    }
  });

  it('refuses a signature of ECDSA in the other encoding', async () => {
    const { sign } = await import('node:crypto');
    const { privateJwk, header, jwk } = pairs.ES256;
    const key = { key: privateJwk as never, format: 'jwk' as const, dsaEncoding: 'der' as const };
    const der = mint({ header, sign: (input) => sign('sha256', Buffer.from(input), key) });
    expect(await inline(jwk).verify(der)).toBe('bad_signature');
  });

  it('finds the key by kid and algorithm together', async () => {
    const first = makeKeyPair('EdDSA', 'one');
    const second = makeKeyPair('ES256', 'one');
    const third = makeKeyPair('EdDSA', 'two');
    const { verify } = inline(first.jwk, second.jwk, third.jwk);
    for (const pair of [first, second, third]) expect(await verify(mint(pair))).toBe('allow');
    expect(await verify(mint(first, { header: { kid: 'two' } }))).toBe('bad_signature');
    expect(await verify(mint(third, { header: { kid: 'three' } }))).toBe('unknown_key');
  });

  it.each([
    ['no kid', { kid: undefined }],
    ['an empty kid', { kid: '' }],
    ['the kid of no key', { kid: 'other' }],
    ['a kid that differs in case', { kid: 'eddsa-KEY' }],
    ['a kid that holds the name of an algorithm', { kid: 'EdDSA EdDSA-key' }],
    ['a property name for a kid', { kid: 'constructor' }],
    ['__proto__ for a kid', { kid: '__proto__' }],
    ['the right kid with another algorithm', { alg: 'ES256' }],
  ])('does not know the key of a token with %s', async (_name, header) => {
    expect(await inline(pairs.EdDSA.jwk).verify(mint(pairs.EdDSA, { header }))).toBe('unknown_key');
  });

  it.each([
    ['RS256', 'PS256'],
    ['PS256', 'RS256'],
  ] as const)('does not use a key for %s to verify %s', async (own, other) => {
    const { kid, jwk } = pairs[own];
    const confused = mint({ ...pairs[own], header: { alg: other, kid } });
    expect(await inline(jwk).verify(confused)).toBe('unknown_key');
  });

  it('looks at no key in the token', async () => {
    const impostor = makeKeyPair('EdDSA');
    const header = { jwk: impostor.jwk, jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/', x5c: ['x'] };
    expect(await inline(pairs.EdDSA.jwk).verify(mint(impostor, { header }))).toBe('bad_signature');
    expect(
      await inline(pairs.EdDSA.jwk).verify(mint(impostor, { header: { ...header, kid: undefined } })),
    ).toBe('unknown_key');
  });

  describe('a key that cannot be used', () => {
    const without = (jwk: Json, ...members: string[]) =>
      Object.fromEntries(Object.entries(jwk).filter(([name]) => !members.includes(name)));
    const NO_KEY = 'not an object';
    const NO_KID = 'no kid';
    const NO_ALG = 'no alg, and its kty and crv do not name one';
    const OTHER_ALG = 'an alg that is not supported';
    const MISFIT = 'its members do not fit its alg';

    it.each([
      ['null', () => null, NO_KEY],
      ['a text', () => 'key', NO_KEY],
      ['a number', () => 1, NO_KEY],
      ['an array', () => [], NO_KID],
      ['one without kid', () => without(pairs.ES256.jwk, 'kid'), NO_KID],
      ['one with an empty kid', () => ({ ...pairs.ES256.jwk, kid: '' }), NO_KID],
      ['one whose kid is a number', () => ({ ...pairs.ES256.jwk, kid: 1 }), NO_KID],
      ['an RSA key without alg', () => without(pairs.RS256.jwk, 'alg'), NO_ALG],
      ['a key without alg on P-384', () => ({ ...p384(), kid: 'k' }), NO_ALG],
      ['a key without alg on Ed448', () => ({ ...ed448(), kid: 'k' }), NO_ALG],
      ['a key without alg for key agreement', () => ({ ...x25519(), kid: 'k' }), NO_ALG],
      ['a key without alg whose kty and crv differ', () => ({ kty: 'EC', crv: 'Ed25519', kid: 'k' }), NO_ALG],
      ['a key without alg, kty and crv', () => ({ kid: 'k' }), NO_ALG],
      ['a symmetric key without alg', () => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'k' }), NO_ALG],
      [
        'a key without alg whose curve is not its own',
        () => ({ ...without(pairs.ES256.jwk, 'alg'), crv: 'P-521' }),
        MISFIT,
      ],
      ['one whose alg is null', () => ({ ...pairs.ES256.jwk, alg: null }), OTHER_ALG],
      ['one whose alg is empty', () => ({ ...pairs.ES256.jwk, alg: '' }), OTHER_ALG],
      ['one whose alg is a number', () => ({ ...pairs.ES256.jwk, alg: 1 }), OTHER_ALG],
      ['one whose alg is a list', () => ({ ...pairs.ES256.jwk, alg: ['ES256'] }), OTHER_ALG],
      ['one whose alg is a property name', () => ({ ...pairs.ES256.jwk, alg: 'constructor' }), OTHER_ALG],
      ['one for encryption by its alg', () => ({ ...pairs.RS256.jwk, alg: 'RSA-OAEP-256' }), OTHER_ALG],
      ['a symmetric one', () => ({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'k' }), OTHER_ALG],
      ['a symmetric one in disguise', () => ({ kty: 'oct', k: 'c2VjcmV0', alg: 'EdDSA', kid: 'k' }), MISFIT],
      ['one for encryption by its use', () => ({ ...pairs.RS256.jwk, use: 'enc' }), 'not for signatures'],
      ['one that may only sign', () => ({ ...pairs.ES256.jwk, key_ops: ['sign'] }), 'not for verifying'],
      ['one that may do nothing', () => ({ ...pairs.ES256.jwk, key_ops: [] }), 'not for verifying'],
      ['one whose key_ops is a text', () => ({ ...pairs.ES256.jwk, key_ops: 'verify' }), 'not for verifying'],
      ['one whose kty does not fit', () => ({ ...pairs.ES256.jwk, alg: 'EdDSA' }), MISFIT],
      ['one without kty', () => without(pairs.ES256.jwk, 'kty'), MISFIT],
      ['one on another curve than its alg', () => ({ ...pairs.ES512.jwk, alg: 'ES256' }), MISFIT],
      ['one that only names another curve', () => ({ ...pairs.ES256.jwk, crv: 'P-384' }), MISFIT],
      ['one for key agreement', () => ({ ...pairs.EdDSA.jwk, crv: 'X25519' }), MISFIT],
      ['an Ed25519 key that says Ed448', () => ({ ...pairs.EdDSA.jwk, crv: 'Ed448' }), MISFIT],
      ['an Ed448 key', () => ({ ...ed448(), alg: 'EdDSA', kid: 'k' }), MISFIT],
      ['an X25519 key', () => ({ ...x25519(), alg: 'EdDSA', kid: 'k' }), MISFIT],
      ['an RSA key for an elliptic curve', () => ({ ...pairs.RS256.jwk, alg: 'ES256' }), MISFIT],
      ['an RSA key for EdDSA', () => ({ ...pairs.RS256.jwk, alg: 'EdDSA' }), MISFIT],
      ['an Ed25519 key for RSA', () => ({ ...pairs.EdDSA.jwk, alg: 'RS256' }), MISFIT],
      ['an Ed25519 key for an elliptic curve', () => ({ ...pairs.EdDSA.jwk, alg: 'ES256' }), MISFIT],
      ['an elliptic curve for PSS', () => ({ ...pairs.ES256.jwk, alg: 'PS256' }), MISFIT],
      ['a key on P-384 for ES512', () => ({ ...p384(), alg: 'ES512', kid: 'k' }), MISFIT],
      ['one without its x', () => without(pairs.EdDSA.jwk, 'x'), MISFIT],
      ['one whose x is too short', () => ({ ...pairs.EdDSA.jwk, x: 'AAAA' }), MISFIT],
      ['one whose x is a number', () => ({ ...pairs.EdDSA.jwk, x: 5 }), MISFIT],
      ['a point that is not on its curve', () => ({ ...pairs.ES256.jwk, y: pairs.ES256.jwk['x'] }), MISFIT],
      ['one without its y', () => without(pairs.ES256.jwk, 'y'), MISFIT],
      ['one without its modulus', () => without(pairs.RS256.jwk, 'n'), MISFIT],
      ['an RSA key whose exponent is 1', () => ({ ...pairs.RS256.jwk, e: 'AQ' }), MISFIT],
      ['an RSA key whose exponent is even', () => ({ ...pairs.RS256.jwk, e: 'AQAC' }), MISFIT],
      ['an RSA key of 1024 bits', () => makeKeyPair('RS256', 'weak', { rsaBits: 1024 }).jwk, MISFIT],
    ])('is skipped with one line and harms no other: %s', async (_name, odd, reason) => {
      const { verify, entries } = inline(odd(), pairs.EdDSA.jwk);
      expect(await verify(mint(makeKeyPair('ES256', 'unknown')))).toBe('unknown_key');
      expect(await verify(mint(pairs.EdDSA))).toBe('allow');
      expect(entries()).toEqual([{ level: 'warn', message: 'key skipped', index: 0, reason }]);
    });

    it.each(['EdDSA', 'ES256', 'ES512'] as const)(
      'is not one without alg whose kty and crv allow %s alone',
      async (alg) => {
        const { verify, entries } = inline(without(pairs[alg].jwk, 'alg'));
        expect(await verify(mint(pairs[alg]))).toBe('allow');
        expect(entries()).toEqual([]);
        const other = mint(pairs[alg], { header: { alg: alg === 'ES256' ? 'ES512' : 'ES256' } });
        expect(await verify(other)).toBe('unknown_key');
      },
    );

    it('is not an RSA key with the exponent 3', async () => {
      const pair = makeKeyPair('RS256', 'three', { rsaExponent: 3 });
      const { verify, entries } = inline(pair.jwk);
      expect(await verify(mint(pair))).toBe('allow');
      expect(entries()).toEqual([]);
    });

    it('is the second of two with one kid and alg', async () => {
      const second = makeKeyPair('EdDSA');
      const { verify, entries } = inline(pairs.EdDSA.jwk, second.jwk);
      expect(await verify(mint(pairs.EdDSA))).toBe('allow');
      expect(await verify(mint(second))).toBe('bad_signature');
      expect(entries()).toEqual([
        { level: 'warn', message: 'key skipped', index: 1, reason: 'another key has its kid and alg' },
      ]);
    });

    it.each([
      ['use and key_ops that fit', { use: 'sig', key_ops: ['verify'] }],
      ['verify among other key_ops', { key_ops: ['sign', 'verify'] }],
      ['unknown members', { exp: 1, ext: false, x5c: 'x', other: {} }],
    ])('is not one with %s', async (_name, members) => {
      const { verify, entries } = inline({ ...pairs.ES256.jwk, ...members });
      expect(await verify(mint(pairs.ES256))).toBe('allow');
      expect(entries()).toEqual([]);
    });

    it.each(KEY_PAIR_ALGORITHMS)('is not a private key for %s that was published by mistake', async (alg) => {
      const { verify } = inline(pairs[alg].privateJwk);
      expect(await verify(mint(pairs[alg]))).toBe('allow');
    });
  });

  it('takes a set without one usable key for an outage, because refusing would sign everyone out', async () => {
    expect(await inline({ kty: 'oct' }).verify(mint(pairs.EdDSA))).toBe('unavailable');
  });

  it('reads an inline set once', async () => {
    const { verify, entries } = inline(null, pairs.EdDSA.jwk);
    for (let times = 0; times < 3; times += 1) expect(await verify(mint(pairs.EdDSA))).toBe('allow');
    expect(entries()).toHaveLength(1);
  });

  describe('over an address', () => {
    const source: KeySetSource = {
      kind: 'url',
      url: new URL('https://auth.example.com/jwks'),
      maxStaleMs: 3_600_000,
      timeoutMs: 2000,
    };

    it('fetches nothing for a token without kid', async () => {
      const issuer = fakeIssuer(() => ({ keys: [pairs.EdDSA.jwk] }));
      const { verify } = setup(source, issuer.fetch);
      expect(await verify(mint(pairs.EdDSA, { header: { kid: undefined } }))).toBe('unknown_key');
      expect(issuer.fetches).toBe(0);
    });

    it('fetches once and verifies many', async () => {
      const issuer = fakeIssuer(() => ({ keys: KEY_PAIR_ALGORITHMS.map((alg) => pairs[alg].jwk) }));
      const { verify } = setup(source, issuer.fetch);
      for (const alg of KEY_PAIR_ALGORITHMS) expect(await verify(mint(pairs[alg]))).toBe('allow');
      expect(issuer.fetches).toBe(1);
    });

    it.each([
      ['an error', () => 500, 'the issuer answered 500'],
      ['a set without a usable key', () => ({ keys: [{ kty: 'oct' }] }), 'the key set holds no usable key'],
      ['an empty set', () => ({ keys: [] }), 'the key set holds no usable key'],
      ['no connection', () => new Error('secret details'), 'no connection'],
    ])('is unavailable, with one line that says why, after %s', async (_name, answer, reason) => {
      const { verify, entries } = setup(source, fakeIssuer(answer).fetch);
      expect(await verify(mint(pairs.EdDSA))).toBe('unavailable');
      expect(entries().filter(({ message }) => message === 'key set not loaded')).toEqual([
        { level: 'warn', message: 'key set not loaded', reason },
      ]);
    });

    it('accepts a new key under the kid of the old one, and no longer the old one', async () => {
      const second = makeKeyPair('EdDSA');
      let jwk = pairs.EdDSA.jwk;
      const issuer = fakeIssuer(() => ({ keys: [jwk] }));
      const { verify } = setup(source, issuer.fetch);
      expect(await verify(mint(pairs.EdDSA))).toBe('allow');
      jwk = second.jwk;
      expect(await verify(mint(second))).toBe('allow');
      expect(await verify(mint(pairs.EdDSA))).toBe('bad_signature');
      expect(issuer.fetches).toBe(3);
      expect(await verify(mint(makeKeyPair('EdDSA')))).toBe('~bad_signature');
      expect(issuer.fetches).toBe(3);
    });

    it('fetches at once when it shall, and is not harmed by a failure', async () => {
      let answer: unknown = 500;
      const issuer = fakeIssuer(() => answer);
      const { log, entries } = recordLines();
      const verify = makeVerifyKeySet(source, {
        log,
        now: () => NOW_MS,
        fetch: issuer.fetch,
        prefetch: true,
      });
      expect(issuer.fetches).toBe(1);
      await new Promise((settled) => setTimeout(settled, 10));
      answer = { keys: [pairs.EdDSA.jwk] };
      expect(await codeOf(async () => verify(parseCompactToken(mint(pairs.EdDSA))))).toBe('allow');
      expect(issuer.fetches).toBe(2);
      expect(entries()).toEqual([
        { level: 'warn', message: 'key set not loaded', reason: 'the issuer answered 500' },
      ]);
    });

    /** As many keys as Better Auth publishes at most. */
    const grown = (alg: 'EdDSA' | 'RS256', options = {}) => {
      const { jwk } = makeKeyPair(alg, 'last', options);
      const old = Array.from({ length: 99 }, (_, at) => ({ ...jwk, kid: `a-key-of-former-times-${at}` }));
      return { keys: [...old, pairs[alg].jwk] };
    };

    it.each(['EdDSA', 'RS256'] as const)('verifies with a set of 100 keys for %s', async (alg) => {
      const set = grown(alg);
      const { verify, entries } = setup(source, fakeIssuer(() => set).fetch);
      expect(await verify(mint(pairs[alg]))).toBe('allow');
      expect(entries()).toEqual([]);
    });

    it('says so when a set has grown beyond 64 KB', async () => {
      const set = grown('RS256', { rsaBits: 4096 });
      const { verify, entries } = setup(source, fakeIssuer(() => set).fetch);
      expect(await verify(mint(pairs.RS256))).toBe('unavailable');
      expect(entries()).toEqual([
        { level: 'warn', message: 'key set not loaded', reason: 'the answer is larger than 64 KB' },
      ]);
    });

    it('keeps the keys it has when the issuer then publishes none that is usable', async () => {
      let keys: unknown[] = [pairs.EdDSA.jwk];
      const { verify, clock } = setup(source, fakeIssuer(() => ({ keys })).fetch);
      expect(await verify(mint(pairs.EdDSA))).toBe('allow');
      keys = [];
      clock.nowMs += 700_000;
      expect(await verify(mint(pairs.EdDSA))).toBe('allow');
      expect(await verify(mint(pairs.ES256))).toBe('unavailable');
      clock.nowMs += 3_600_000;
      expect(await verify(mint(pairs.EdDSA))).toBe('unavailable');
    });
  });
});

it('rehearses as far as the signature: only one that does not match gives false, anything else throws', async () => {
  expect(await rehearse()).toBe(false);
});
