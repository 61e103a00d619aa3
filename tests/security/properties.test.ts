import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Claims, readAuthorizerContext, toAuthorizerContext } from '../../common/identity.ts';
import {
  effectOf,
  keysEnv,
  SECRET_ENV,
  startAuthorizer,
  tokenEvent,
  verdictOf,
} from '../../support/authorizers.ts';
import { seedProperties } from '../../support/seed.ts';
import {
  bearer,
  encode,
  goodClaims,
  hmacSigner,
  ISSUER,
  KEY_PAIR_ALGORITHMS,
  makeKeyPair,
  mint,
  NOW_S,
  SECRET,
  type Signer,
} from '../../support/tokens.ts';
import { codeOf } from '../../support/verdicts.ts';

const PAIRS = KEY_PAIR_ALGORITHMS.map((alg) => makeKeyPair(alg));
const HMAC = hmacSigner();
const SIGNERS: readonly Signer[] = [HMAC, ...PAIRS];
const API = startAuthorizer({ ...keysEnv(...PAIRS), BETTER_AUTH_SECRET: SECRET });

const { counted, total, report } = seedProperties('tests/security/properties');
const present = (token: string) => verdictOf(API, counted(token));

afterAll(() => {
  report();
  expect(total()).toBeGreaterThanOrEqual(2000);
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const aSigner = fc.constantFrom(...SIGNERS);
/** The signers whose every token costs microseconds. */
const aFastSigner = fc.constantFrom<Signer>(HMAC, PAIRS[0] as Signer);
const aCharacter = fc.oneof(
  fc.constantFrom(...ALPHABET, '.', '=', '+', '/', '%', '\0', ' '),
  fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
);

describe('any change of an accepted token is refused', () => {
  it('by one character of its alphabet, at every place, to every other character', async () => {
    const { authenticate } = startAuthorizer(SECRET_ENV);
    const good = mint(HMAC, {
      claims: { name: undefined, createdAt: undefined, updatedAt: undefined, image: undefined },
    });
    const accepted: string[] = [];
    for (const [at, character] of [...good].entries()) {
      for (const other of ALPHABET) {
        if (other === character) continue;
        const changed = counted(good.slice(0, at) + other + good.slice(at + 1));
        if ((await codeOf(authenticate(bearer(changed)))) === 'allow') accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
  }, 30_000);

  it('by one character, whatever the algorithm and the character', async () => {
    const tokens = SIGNERS.map((signer) => mint(signer));
    const change = fc.tuple(fc.constantFrom(...tokens), fc.nat(), aCharacter);
    await fc.assert(
      fc.asyncProperty(change, async ([token, place, character]) => {
        const at = place % token.length;
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        fc.pre(changed !== token);
        expect(await present(changed)).not.toBe('allow');
      }),
      { numRuns: 1200 },
    );
  });

  it('by a character left out, doubled or exchanged with the next', async () => {
    const tokens = SIGNERS.map((signer) => mint(signer));
    const edits = [
      (token: string, at: number) => token.slice(0, at) + token.slice(at + 1),
      (token: string, at: number) => token.slice(0, at) + token.slice(at, at + 1) + token.slice(at),
      (token: string, at: number) =>
        token.slice(0, at) +
        token
          .slice(at, at + 2)
          .split('')
          .reverse()
          .join('') +
        token.slice(at + 2),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...tokens),
        fc.nat(),
        fc.constantFrom(...edits),
        async (token, place, edit) => {
          const changed = edit(token, place % token.length);
          fc.pre(changed !== token);
          expect(await present(changed)).not.toBe('allow');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('by one bit of the decoded signature', async () => {
    await fc.assert(
      fc.asyncProperty(aSigner, fc.nat(), async (signer, place) => {
        const [head, body, signature = ''] = mint(signer).split('.');
        const bytes = Buffer.from(signature, 'base64url');
        const bit = place % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await present(`${head}.${body}.${encode(bytes)}`)).toBe('bad_signature');
      }),
      { numRuns: 400 },
    );
  });

  it('by one claim, though header and signature stay', async () => {
    const claim = fc.tuple(
      fc.constantFrom('sub', 'exp', 'iat', 'iss', 'aud', 'email', 'emailVerified', 'name', 'role'),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(aSigner, claim, async (signer, [name, value]) => {
        const [head, body, signature] = mint(signer).split('.');
        const changed = encode({ ...goodClaims(), [name]: value });
        fc.pre(changed !== body);
        expect(await present(`${head}.${changed}.${signature}`)).toBe('bad_signature');
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever comes in, a verdict comes out', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 16_384, size: 'max' });
  const tokenLike = fc.string({
    unit: fc.constantFrom(...ALPHABET, '.', '.', '='),
    maxLength: 16_384,
    size: 'max',
  });
  const parts = fc
    .array(fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 200 }), { maxLength: 7 })
    .map((all) => all.join('.'));
  const jsonParts = fc
    .tuple(fc.json(), fc.json(), fc.base64String())
    .map(([head, body, end]) => `${encode(head)}.${encode(body)}.${encode(end)}`);
  const anyHeader = fc
    .oneof(anyText, tokenLike, parts, jsonParts)
    .chain((text) => fc.constantFrom(text, `Bearer ${text}`, `bearer  ${text}`));

  it('for any text of up to 16 KB as header', async () => {
    await fc.assert(
      fc.asyncProperty(anyHeader, async (header) => {
        expect(await codeOf(API.authenticate(counted(header)))).toMatch(/^~?[a-z_]+$/);
        expect(effectOf(await API.authorize(tokenEvent(header)))).toBe('Deny');
      }),
      { numRuns: 800 },
    );
  });

  const HEADER_MEMBERS = [
    'typ',
    'kid',
    'cty',
    'jku',
    'jwk',
    'x5u',
    'x5c',
    'crit',
    'b64',
    'zip',
    'enc',
    'epk',
    '__proto__',
    'constructor',
    'é',
    '"',
    '',
  ];
  const oddHeader = fc.dictionary(
    fc.oneof(fc.constantFrom(...HEADER_MEMBERS), fc.string()),
    fc.oneof(fc.jsonValue(), fc.constantFrom('JWT', 'jwt', 'at+jwt')),
    { noNullPrototype: true },
  );

  it('for any header over a right signature, and never an error of a library', async () => {
    await fc.assert(
      fc.asyncProperty(aFastSigner, oddHeader, async (signer, header) => {
        const token = mint(signer, {
          header: JSON.stringify({ ...header, ...signer.header, typ: header['typ'] }),
        });
        expect(await present(token)).toMatch(/^~?[a-z_]+$/);
      }),
      { numRuns: 600 },
    );
  });

  it('for any payload over a right signature, and never an error of a library', async () => {
    const anyPayload = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(aFastSigner, anyPayload, async (signer, claims) => {
        expect(await present(mint(signer, { claims }))).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: 600 },
    );
  });

  it('for any signature of the right shape', async () => {
    await fc.assert(
      fc.asyncProperty(aSigner, fc.uint8Array({ minLength: 1, maxLength: 300 }), async (signer, bytes) => {
        const [head, body] = mint(signer).split('.');
        expect(await present(`${head}.${body}.${encode(Buffer.from(bytes))}`)).toBe('bad_signature');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the claims decide as the specification says', () => {
  const aTime = fc.oneof(
    fc.integer({ min: NOW_S - 10, max: NOW_S + 10 }),
    fc.double({ min: NOW_S - 10, max: NOW_S + 10, noNaN: true }),
    fc.constantFrom<unknown>(
      undefined,
      null,
      '1',
      true,
      [],
      {},
      0,
      -1,
      1e11,
      1e11 + 1,
      1e300,
      NOW_S + 3600,
      NOW_S - 3600,
    ),
  );
  const aText = fc.oneof(
    fc.constantFrom<unknown>(
      ISSUER,
      ISSUER,
      ISSUER,
      [ISSUER],
      `${ISSUER}/`,
      'other',
      '',
      undefined,
      null,
      1,
      ['other', ISSUER],
      [ISSUER, 1],
      [],
    ),
    fc.string(),
  );
  const aSubject = fc.oneof(
    fc.constantFrom<unknown>(
      'user-1',
      'user-1',
      '',
      ' ',
      undefined,
      null,
      1,
      'x'.repeat(128),
      'x'.repeat(129),
    ),
    fc.string(),
    fc.string({ unit: 'binary' }),
  );
  const claimSets = fc.record({
    exp: aTime,
    nbf: fc.oneof(fc.constant(undefined), aTime),
    iat: aTime,
    iss: aText,
    aud: aText,
    sub: aSubject,
    scope: fc.constantFrom<unknown>('tasks:read', 'a b', '', ' a', 'a  b', 'a"', ['a'], 1, null, {}),
    client_id: fc.constantFrom<unknown>('client', 'user-1', '', 'x\n', null, 1, ['client']),
    azp: fc.constantFrom<unknown>('client', 'other', 'user-1', '', null, true),
    cnf: fc.constantFrom<unknown>({ jkt: 'x' }, {}, null, ''),
  });
  const mostlyGood = claimSets.chain((odd) =>
    fc
      .subarray(Object.keys(odd), { maxLength: 2 })
      .map((names) => Object.fromEntries(names.map((name) => [name, odd[name as keyof typeof odd]]))),
  );

  /** The specification once more, in other words than the code under test. */
  function isAcceptable(claims: Readonly<Record<string, unknown>>, maxAgeS: number): boolean {
    const { exp, nbf, iat, iss, aud, sub, scope, client_id, azp, cnf } = claims;
    const isName = (name: unknown) => typeof name === 'string' && /^[ -~]{1,512}$/.test(name);
    const client = client_id ?? azp;
    const isList = (text: unknown) =>
      typeof text === 'string' && text.split(' ').every((word) => /^[!#-[\]-~]+$/.test(word));
    const isTime = (time: unknown): time is number => typeof time === 'number' && Math.abs(time) <= 1e11;
    const audiences = Array.isArray(aud) ? aud : [aud];
    return (
      isTime(exp) &&
      exp > NOW_S &&
      (nbf === undefined || (isTime(nbf) && nbf <= NOW_S + 5)) &&
      isTime(iat) &&
      iat <= NOW_S + 5 &&
      iat + maxAgeS > NOW_S &&
      iss === ISSUER &&
      audiences.every((entry) => typeof entry === 'string') &&
      audiences.includes(ISSUER) &&
      cnf === undefined &&
      [client_id, azp].every((name) => name === undefined || (isName(name) && name === client)) &&
      (client === undefined || client !== sub) &&
      (scope === undefined || isList(scope) || (scope === '' && client !== undefined)) &&
      typeof sub === 'string' &&
      !sub.startsWith(' ') &&
      !sub.endsWith(' ') &&
      [...sub].length >= 1 &&
      [...sub].length <= 128 &&
      ![...sub].some((character) => character !== ' ' && /^[\p{C}\p{Z}]$/u.test(character))
    );
  }

  it('accepts what it accepts and nothing else', async () => {
    const api = startAuthorizer({ ...SECRET_ENV, ACCESS_TOKEN_EXPIRE_MINUTES: '30' });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(mostlyGood, claimSets), async (changes) => {
        const claims = JSON.parse(JSON.stringify(goodClaims(changes))) as Record<string, unknown>;
        const verdict = await verdictOf(api, counted(mint(HMAC, { claims: JSON.stringify(claims) })));
        expect(verdict === 'allow').toBe(isAcceptable(claims, 1800));
        if (verdict === 'allow') accepted += 1;
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

describe('the identity', () => {
  const text = fc.string({ minLength: 1, unit: 'binary' }).map((value) => value.toWellFormed());
  const identity = fc.record(
    {
      userId: text,
      email: text,
      emailVerified: fc.boolean(),
      name: text,
      expiresAt: fc
        .double({ noNaN: true, noDefaultInfinity: true, min: -8.64e12, max: 8.64e12 })
        .map((time) => time + 0),
      issuedAt: fc.integer(),
      clientId: text,
      scope: text,
      claims: fc
        .dictionary(text, fc.jsonValue(), { minKeys: 1, noNullPrototype: true })
        .map((claims) => JSON.parse(JSON.stringify(claims)) as Claims),
    },
    { requiredKeys: ['userId', 'scope', 'expiresAt'], noNullPrototype: true },
  );

  it('arrives at the handlers as it left, whatever characters it holds', () => {
    fc.assert(
      fc.property(identity, (sent) => {
        expect(readAuthorizerContext(JSON.parse(JSON.stringify(toAuthorizerContext(sent))))).toEqual(sent);
      }),
      { numRuns: 500 },
    );
  });
});
