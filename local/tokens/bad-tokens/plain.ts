import type { RejectionCode } from '../../../authorizer/rejections.ts';
import type { BadToken } from './bad-token.ts';
import { encode, hmacSigner, type Json, signParts } from './sign.ts';
import type { TokenMaker, TokenParts } from './token-maker.ts';

const HOUR_S = 3600;
/** Of what `missing_issued_at` and `token_too_old` need. */
const WITH_AGE = { ACCESS_TOKEN_EXPIRE_MINUTES: '15' };
const WITH_CLAIMS = { TOKEN_CLAIMS: 'role' };
/** Better Auth signs with it in development when it has no other, so everyone knows it. */
const PUBLIC_SECRET = 'better-auth-secret-12345678901234567890';

type Plain = Omit<BadToken, 'code'>;
type Parts = TokenParts | ((maker: TokenMaker) => TokenParts);

const partsOf = (parts: Parts, maker: TokenMaker) => (typeof parts === 'function' ? parts(maker) : parts);

/** A changed good token, signed as the API expects. */
function signed(name: string, parts: Parts, settings?: BadToken['settings']): Plain {
  const header = (maker: TokenMaker) => `Bearer ${maker.mint(maker.hmac, partsOf(parts, maker))}`;
  return { name, header, ...(settings && { settings }) };
}

/** Refused before the signature is verified. */
const unsigned = (plain: Plain): Plain => ({ ...plain, unsigned: true });

/** A header that anyone can write. */
function written(name: string, header: string | undefined | ((maker: TokenMaker) => string)): Plain {
  return unsigned({ name, header: (maker) => (typeof header === 'function' ? header(maker) : header) });
}

/** A good token, signed with a secret that the API does not have. */
function signedWith(name: string, secretOf: (maker: TokenMaker) => string): Plain {
  return { name, header: (maker) => `Bearer ${maker.mint(hmacSigner(secretOf(maker), maker.algorithm))}` };
}

/** The ways of a token to be bad, by the reason that the caller is told. The first of each is the usual one. */
const PLAIN: Readonly<Record<RejectionCode, readonly [Plain, ...Plain[]]>> = {
  missing_token: [written('no Authorization header', undefined)],
  malformed_header: [
    written('another scheme', 'Basic YW5uOnNlY3JldA=='),
    written('a token without its scheme', ({ mint, hmac }) => mint(hmac)),
  ],
  token_too_large: [
    written('9,000 characters', `Bearer ${'a'.repeat(9000)}`),
    unsigned(signed('a token of more than 8 KB', { claims: { padding: 'x'.repeat(6200) } })),
  ],
  not_a_jwt: [written('an opaque session token', `Bearer ${'a'.repeat(32)}`)],
  encrypted_token: [
    written('a token of five parts', ({ mint, hmac }) => `Bearer ${mint(hmac)}.a.a`),
    written('an encrypted token', 'Bearer e30.e30.e30.e30.e30'),
  ],
  malformed_token: [
    signed('a payload with a comma too many', {
      claims: `${JSON.stringify({ sub: 'ann', padding: 'x'.repeat(250) })},`,
    }),
    written('a header that is not JSON', 'Bearer bm8.anNvbg.aGVyZQ'),
    written(
      'a token without signature (alg none)',
      ({ goodClaims }) => `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode(goodClaims())}.`,
    ),
  ],
  unsupported_critical_header: [unsigned(signed('a critical extension', { header: { crit: ['exp'] } }))],
  wrong_token_type: [unsigned(signed('another type of token', { header: { typ: 'logout+jwt' } }))],
  session_cookie_token: [
    signed('the claims of a session cookie', { claims: { sub: undefined, session: { id: 'a' } } }),
    unsigned(signed('the type of a session cookie', { header: { typ: 'better-auth.session-cache+jwt' } })),
  ],
  unsupported_algorithm: [unsigned(signed('alg none with a signature', { header: { alg: 'none' } }))],
  unknown_key: [
    {
      name: 'a key that the API does not know',
      header: ({ mint, attacker }) => `Bearer ${mint(attacker, { header: { kid: 'other' } })}`,
    },
  ],
  bad_signature: [
    signedWith('another secret', ({ otherSecret }) => otherSecret),
    signedWith('the public default secret of Better Auth', () => PUBLIC_SECRET),
    signedWith('an empty secret', () => ''),
  ],
  malformed_claims: [signed('an expiry that is not a number', { claims: { exp: 'tomorrow' } })],
  email_verification_token: [
    signed('the token of an e-mail link', ({ nowS }) => ({
      claims: JSON.stringify({ email: 'ann@example.com', iat: nowS, exp: nowS + HOUR_S }),
    })),
  ],
  id_token: [signed('an ID token with at_hash', { claims: { at_hash: 'AbCdEfGhIjKlMnOpQrStUv', acr: '0' } })],
  wrong_issuer: [signed('another issuer', { claims: { iss: 'https://elsewhere.example' } })],
  wrong_audience: [signed('another audience', { claims: { aud: 'https://elsewhere.example' } })],
  sender_constrained_token: [signed('a token bound to a key', { claims: { cnf: { jkt: 'a' } } })],
  malformed_client: [signed('a scope that is a list', { claims: { scope: ['tasks:read'] } })],
  client_as_subject: [
    signed('a client as its own user', { claims: { sub: 'client-1', client_id: 'client-1' } }),
  ],
  missing_expiry: [signed('no expiry', { claims: { exp: undefined } })],
  token_expired: [
    signed('expired an hour ago', ({ nowS }) => ({
      claims: { iat: nowS - HOUR_S - 15 * 60, exp: nowS - HOUR_S },
    })),
    signed('expired a second ago', ({ nowS }) => ({ claims: { exp: nowS - 1 } })),
  ],
  token_not_active: [signed('valid in a minute', ({ nowS }) => ({ claims: { nbf: nowS + 60 } }))],
  issued_in_future: [signed('issued in a minute', ({ nowS }) => ({ claims: { iat: nowS + 60 } }))],
  missing_issued_at: [signed('no time of issue', { claims: { iat: undefined } }, WITH_AGE)],
  token_too_old: [signed('issued an hour ago', ({ nowS }) => ({ claims: { iat: nowS - HOUR_S } }), WITH_AGE)],
  missing_subject: [signed('no subject', { claims: { sub: undefined } })],
  invalid_subject: [signed('a subject with a NUL', { claims: { sub: `ann${String.fromCharCode(0)}` } })],
  claims_too_large: [
    signed('a passed-on claim of 2,000 characters', { claims: { role: 'x'.repeat(2000) } }, WITH_CLAIMS),
  ],
};

/** The plain bad tokens: at least one for every reason there is, the usual one first. */
export const PLAIN_BAD_TOKENS = Object.fromEntries(
  Object.entries(PLAIN).map(([code, rows]) => [code, rows.map((row) => ({ ...row, code }))]),
) as unknown as Readonly<Record<RejectionCode, readonly [BadToken, ...BadToken[]]>>;

/** A change of a token that a user has, without any key, and the reason for which it is refused. */
export interface Tampering {
  readonly name: string;
  readonly code: RejectionCode;
  readonly change: (token: string) => string;
  /** Signed again with a shared secret, which an API that trusts key pairs only refuses as such. */
  readonly isResigned?: boolean;
}

/** What can be done to a good token without a key. */
export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'the caller’s token for another user',
    code: 'bad_signature',
    change: (token) => withClaims(token, { sub: 'somebody-else' }),
  },
  {
    name: 'the caller’s token with a later expiry',
    code: 'bad_signature',
    change: (token) => withClaims(token, { exp: 4_000_000_000 }),
  },
  { name: 'the caller’s token with a changed signature', code: 'bad_signature', change: withOtherSignature },
  {
    name: 'the caller’s token without its signature',
    code: 'malformed_token',
    change: (token) => token.slice(0, token.lastIndexOf('.') + 1),
  },
  {
    name: 'the caller’s token with a part too many',
    code: 'malformed_token',
    change: (token) => `${token}.e30`,
  },
  {
    name: 'the caller’s claims, signed with the public default secret',
    isResigned: true,
    code: 'bad_signature',
    change: (token) => {
      const [head, body] = [encode({ alg: 'HS256', typ: 'JWT' }), encode(claimsOf(token))];
      return signParts(hmacSigner(PUBLIC_SECRET), head, body);
    },
  },
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
