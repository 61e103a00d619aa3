import { TOKEN_MAX_LENGTH } from '../../authorizer/bearer-token.ts';
import type { AuthorizerConfig } from '../../authorizer/config.ts';
import type { RefusalCode } from './find-faults.ts';
import type { Unverified } from './token-kind.ts';

/** What a cure may name: settings and single claims, never the token, its signature or a secret. */
export interface Facts extends Unverified {
  readonly config: AuthorizerConfig;
  readonly nowMs: number;
}

export interface Cure {
  /** What is wrong, with the values at odds. */
  readonly fault: string;
  /** What to change. */
  readonly mend: string;
}

const NEW_TOKEN = 'Ask /api/auth/token of the sign-in server for a JWT (on this machine: npm run token).';
const CLOCKS = 'Set the clocks of both machines, or CLOCK_TOLERANCE_SECONDS of the API.';
const COPY = 'Copy the whole token again; a character is missing, added or changed.';
const SUBJECT = 'Let getSubject of the jwt() plugin return the user id, or leave it out.';

/** One entry for every refusal; a code without one does not compile. */
export const CURES: Readonly<Record<RefusalCode, (facts: Facts) => Cure>> = {
  missing_token: () => ({ fault: 'There is no token.', mend: NEW_TOKEN }),
  malformed_header: () => ({ fault: 'The header is not Bearer and one token.', mend: COPY }),
  token_too_large: () => ({
    fault: `The token is longer than ${TOKEN_MAX_LENGTH} characters.`,
    mend: 'Let definePayload of the jwt() plugin leave claims out.',
  }),
  not_a_jwt: () => ({ fault: 'It has not the three parts of a JWT.', mend: NEW_TOKEN }),
  encrypted_token: () => ({ fault: 'It has the five parts of an encrypted token.', mend: NEW_TOKEN }),
  malformed_token: () => ({ fault: 'A part of it is not what a JWT has there.', mend: COPY }),
  unsupported_critical_header: () => ({
    fault: 'Its header has crit or b64, which ask for an extension.',
    mend: 'Let the signer leave them out; Better Auth never writes them.',
  }),
  wrong_token_type: ({ header }) => ({ fault: `Its typ is ${show(header['typ'])}.`, mend: NEW_TOKEN }),
  session_cookie_token: () => ({ fault: 'It is the session cookie.', mend: NEW_TOKEN }),
  email_verification_token: () => ({ fault: 'It comes out of an e-mail link.', mend: NEW_TOKEN }),
  unsupported_algorithm: (facts) => ({
    fault: `Its alg is ${show(facts.header['alg'])}, the API accepts ${acceptedAlgorithms(facts.config)}.`,
    mend: mendAlgorithm(facts.header['alg']),
  }),
  unknown_key: ({ header }) => ({
    fault: `Its key, kid ${show(header['kid'])}, is not in the key set.`,
    mend: 'Point BETTER_AUTH_JWKS_URL to the server that issued it. A local server makes new keys when it starts: get a new token.',
  }),
  keys_unavailable: () => ({
    fault: 'The key set cannot be fetched.',
    mend: 'Start the server at BETTER_AUTH_JWKS_URL. Until it answers, the API says 503.',
  }),
  bad_signature: () => ({
    fault: 'It was signed with another secret or key, or changed since.',
    mend: 'Give the API the secret of the server that issued it (BETTER_AUTH_SECRET, or every entry of BETTER_AUTH_SECRETS), or its key set.',
  }),
  id_token: () => ({
    fault: 'It is an ID token, which tells the client who signed in.',
    mend: 'Send the access_token of the same answer. To get a JWT, ask for it with resource.',
  }),
  wrong_issuer: ({ claims, config }) =>
    mismatch('iss', claims['iss'], { expected: config.issuers, variable: 'JWT_ISSUER' }),
  wrong_audience: ({ claims, config }) =>
    mismatch('aud', claims['aud'], { expected: config.audiences, variable: 'JWT_AUDIENCE' }),
  malformed_claims: () => ({
    fault: 'One of exp, nbf and iat is no number of seconds; beyond 10^11 it is in milliseconds.',
    mend: 'Let definePayload of the jwt() plugin leave them alone.',
  }),
  sender_constrained_token: () => ({
    fault: 'It has cnf: it is bound to a key of its client, and the API does not check that binding.',
    mend: 'Ask for the token without a DPoP proof and without a client certificate.',
  }),
  malformed_client: () => ({
    fault: 'Its scope is not text as RFC 6749 asks, or client_id and azp are not one and the same client id.',
    mend: 'Let the signer leave scope, client_id and azp as the OAuth provider writes them.',
  }),
  client_as_subject: () => ({
    fault: 'Its sub is its client_id: it is for a client, not for a user.',
    mend: 'Use the authorization code flow, in which a user signs in, instead of client_credentials.',
  }),
  claims_too_large: () => ({
    fault: 'The members that TOKEN_CLAIMS names are longer than 1,024 characters each or 2,048 together.',
    mend: 'Let definePayload of the jwt() plugin shorten them, or leave them out of TOKEN_CLAIMS.',
  }),
  missing_expiry: () => ({
    fault: 'It has no exp.',
    mend: 'Let the signer keep the exp that the jwt() plugin passes to it.',
  }),
  token_expired: ({ claims, nowMs }) => ({
    fault: `It expired ${distance(claims['exp'], nowMs)} ago.`,
    mend: NEW_TOKEN,
  }),
  token_not_active: ({ claims, nowMs }) => ({
    fault: `Its nbf is ${distance(claims['nbf'], nowMs)} ahead.`,
    mend: CLOCKS,
  }),
  issued_in_future: ({ claims, nowMs }) => ({
    fault: `Its iat is ${distance(claims['iat'], nowMs)} ahead.`,
    mend: CLOCKS,
  }),
  missing_issued_at: () => ({
    fault: 'It has no iat, and ACCESS_TOKEN_EXPIRE_MINUTES asks how old it is.',
    mend: 'Let the signer keep the iat that the jwt() plugin passes to it.',
  }),
  token_too_old: ({ claims, nowMs }) => ({
    fault: `It was issued ${distance(claims['iat'], nowMs)} ago.`,
    mend: `${NEW_TOKEN} ACCESS_TOKEN_EXPIRE_MINUTES sets the limit.`,
  }),
  missing_subject: () => ({ fault: 'It has no sub.', mend: SUBJECT }),
  invalid_subject: () => ({
    fault: 'Its sub is not a text of 1 to 128 printable characters.',
    mend: SUBJECT,
  }),
  email_verification_unknown: () => ({
    fault: 'The token does not say whether the e-mail address is verified.',
    mend: 'Let definePayload of the jwt() plugin (customAccessTokenClaims of the OAuth provider) add emailVerified, or unset REQUIRE_VERIFIED_EMAIL.',
  }),
  email_not_verified: () => ({
    fault: 'The e-mail address is not verified.',
    mend: 'Verify it at the sign-in server and get a new token, or unset REQUIRE_VERIFIED_EMAIL.',
  }),
};

function mismatch(
  claim: string,
  found: unknown,
  { expected, variable }: { expected: readonly string[]; variable: string },
): Cure {
  return {
    fault: `${claim} is ${show(found)}, the API expects ${expected.map(show).join(' or ')}.`,
    mend: `Set BETTER_AUTH_URL of the API to the address of the server that issued it (or ${variable} to that very text), or the baseURL of the server to what the API expects.`,
  };
}

function acceptedAlgorithms({ sharedSecret, keySet }: AuthorizerConfig): string {
  const modes = [sharedSecret?.algorithm, keySet && 'the algorithms of its key set'];
  return modes.filter((mode) => mode !== undefined).join(' and ');
}

function mendAlgorithm(algorithm: unknown): string {
  if (typeof algorithm !== 'string' || algorithm.toLowerCase() === 'none') return NEW_TOKEN;
  if (/^HS/.test(algorithm))
    return 'Set ALGORITHM and BETTER_AUTH_SECRET of the API to what the server signs with.';
  return 'Set BETTER_AUTH_JWKS_URL to /api/auth/jwks of the server (on this machine: LOCAL_AUTH_ALG=EdDSA npm run dev).';
}

const SHOWN_LENGTH = 100;

/** A value out of a token, which may hold anything: what could steer a terminal is written as an escape. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  const cut = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return cut.replace(
    /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How far a time claim is from now, in the largest unit that fits. */
function distance(claim: unknown, nowMs: number): string {
  const seconds = Math.abs(Math.round(nowMs / 1000 - Number(claim)));
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
  const count = Math.round(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
