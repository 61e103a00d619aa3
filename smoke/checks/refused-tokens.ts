import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { inGroup } from '../check.ts';
import { requireProblem, requireStatus, type Session } from '../session.ts';

const { anyone, signedIn } = inGroup('refused tokens');

type Json = Readonly<Record<string, unknown>>;

const encode = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The secret Better Auth falls back to in development, known to everybody. */
const PUBLIC_SECRET = 'better-auth-secret-12345678901234567890';

/** Signs with a secret of our own making, which no API should share. */
function forge(claims: Json, { header = {}, secret = randomBytes(32) as Buffer | string } = {}): string {
  const input = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function someClaims(): Json {
  const nowS = Math.floor(Date.now() / 1000);
  return {
    sub: 'somebody',
    iss: 'https://issuer.example',
    aud: 'https://issuer.example',
    iat: nowS,
    exp: nowS + 600,
  };
}

/** A forged token meets another refusal where the API trusts key pairs only. */
const FORGED = ['bad_signature', 'unsupported_algorithm', 'unknown_key'];

/** Name, the header as it is sent, and the codes that may come back. */
const HEADERS: readonly (readonly [name: string, header: () => string, codes: readonly string[]])[] = [
  ['another scheme', () => 'Basic dXNlcjpwYXNzd29yZA==', ['malformed_header']],
  ['a token without its scheme', () => forge(someClaims()), ['malformed_header']],
  ['an opaque session token', () => `Bearer ${randomBytes(24).toString('base64url')}`, ['not_a_jwt']],
  ['an encrypted token', () => 'Bearer e30.e30.e30.e30.e30', ['encrypted_token']],
  ['a token that is no JSON', () => 'Bearer bm8.anNvbg.aGVyZQ', ['malformed_token']],
  [
    'a token without signature (alg none)',
    () => `Bearer ${encode({ alg: 'none' })}.${encode(someClaims())}.`,
    ['malformed_token'],
  ],
  [
    'alg none with a signature',
    () => `Bearer ${forge(someClaims(), { header: { alg: 'none' } })}`,
    ['unsupported_algorithm'],
  ],
  [
    'a critical extension',
    () => `Bearer ${forge(someClaims(), { header: { crit: ['exp'] } })}`,
    ['unsupported_critical_header'],
  ],
  [
    'another type of token',
    () => `Bearer ${forge(someClaims(), { header: { typ: 'logout+jwt' } })}`,
    ['wrong_token_type'],
  ],
  [
    'a session cookie',
    () => `Bearer ${forge(someClaims(), { header: { typ: 'better-auth.session-cache+jwt' } })}`,
    ['session_cookie_token'],
  ],
  ['a signature by somebody else', () => `Bearer ${forge(someClaims())}`, FORGED],
  [
    'a signature with the public default secret',
    () => `Bearer ${forge(someClaims(), { secret: PUBLIC_SECRET })}`,
    FORGED,
  ],
  ['a signature with an empty secret', () => `Bearer ${forge(someClaims(), { secret: '' })}`, FORGED],
  [
    'a token of more than 8 KB',
    () => `Bearer ${forge({ ...someClaims(), padding: 'x'.repeat(6_200) })}`,
    ['token_too_large'],
  ],
];

/** Name, what is done to the caller's own good token, and the codes that may come back. */
const TAMPERINGS: readonly (readonly [
  name: string,
  tamper: (token: string) => string,
  codes: readonly string[],
])[] = [
  [
    'the caller’s token for another user',
    (token) => withClaims(token, { sub: 'somebody-else' }),
    ['bad_signature'],
  ],
  [
    'the caller’s token with a later expiry',
    (token) => withClaims(token, { exp: 4_000_000_000 }),
    ['bad_signature'],
  ],
  ['the caller’s token with a changed signature', withOtherSignature, ['bad_signature']],
  [
    'the caller’s token without its signature',
    (token) => token.slice(0, token.lastIndexOf('.') + 1),
    ['malformed_token'],
  ],
  ['the caller’s token with something behind it', (token) => `${token}.e30`, ['malformed_token']],
  [
    'the caller’s claims, signed with the public default secret',
    (token) => forge(claimsOf(token), { secret: PUBLIC_SECRET }),
    FORGED,
  ],
];

function claimsOf(token: string): Json {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
}

function withClaims(token: string, changes: Json): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encode({ ...claimsOf(token), ...changes })}.${signature}`;
}

/** The first character, because the last one holds bits that do not count. */
function withOtherSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

async function requireRefusal(
  anonymous: Session,
  authorization: string,
  codes: readonly string[],
): Promise<void> {
  const reply = await anonymous.get('/api/tasks?limit=1', { authorization });
  requireProblem(reply, 401, ...codes);
  assert.match(
    reply.headers.get('WWW-Authenticate') ?? '',
    /error="invalid_token"/,
    'WWW-Authenticate says so too',
  );
  assert.ok(
    !reply.text.includes(authorization.split(' ')[1] ?? authorization),
    'the reply repeats the token',
  );
}

export const REFUSED_TOKEN_CHECKS = [
  ...HEADERS.map(([name, header, codes]) =>
    anyone(`${name} is 401 ${codes.join(' or ')}`, ({ anonymous }) =>
      requireRefusal(anonymous, header(), codes),
    ),
  ),

  ...TAMPERINGS.map(([name, tamper, codes]) =>
    signedIn(`${name} is 401 ${codes.join(' or ')}`, ({ anonymous, user }) =>
      requireRefusal(anonymous, `Bearer ${tamper(user.token)}`, codes),
    ),
  ),

  anyone('a refusal stays the same when it is repeated, on this route and another', async ({ anonymous }) => {
    const authorization = `Bearer ${forge(someClaims())}`;
    for (const path of ['/api/tasks', '/api/tasks', '/api/tasks/01900000-0000-7000-8000-000000000000']) {
      requireProblem(await anonymous.get(path, { authorization }), 401, ...FORGED);
    }
  }),

  anyone('getMe with a refused token knows anonymous', async ({ anonymous }) => {
    const reply = requireStatus(
      await anonymous.get('/api/me', { authorization: `Bearer ${forge(someClaims())}` }),
      200,
    );
    assert.deepEqual(reply.body, { user: null });
  }),
];
