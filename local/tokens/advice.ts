import { TOKEN_MAX_LENGTH } from '../../authorizer/bearer-token.ts';
import type { AuthorizerConfig } from '../../authorizer/config.ts';
import { type Advice, type AdviceInput, distance, show } from './advice-input.ts';
import type { RefusalCode } from './find-faults.ts';
import { adviseUnavailableKeys, adviseUnknownKey } from './key-advice.ts';

const NEW_TOKEN =
  'Get a new token from /api/auth/token of the sign-in server. On this machine: npm run token.';
const CLOCKS = 'Set the clocks of both machines, or raise CLOCK_TOLERANCE_SECONDS of the API.';
const COPY = 'Copy the whole token again. A character is missing, added or changed.';
const SUBJECT = 'Let getSubject of the jwt() plugin return the user id, or remove getSubject.';
const EXPIRATION_TIME =
  "Set expirationTime of the jwt() plugin to a duration such as '15m', or to a Date. A number there is the time in seconds since 1970 at which the token ends.";

/** One entry for every refusal; a code without one does not compile. */
export const ADVICE: Readonly<Record<RefusalCode, (input: AdviceInput) => Advice>> = {
  missing_token: () => ({ problem: 'There is no token.', fix: NEW_TOKEN }),
  malformed_header: () => ({ problem: 'There is no token after Bearer.', fix: NEW_TOKEN }),
  token_too_large: () => ({
    problem: `The token is longer than ${TOKEN_MAX_LENGTH} characters.`,
    fix: 'Let definePayload of the jwt() plugin return fewer members.',
  }),
  not_a_jwt: ({ config }) => ({
    problem: 'It is not a JWT, which has three parts.',
    fix: `${NEW_TOKEN} For an OAuth access token: ask the token endpoint with resource=${config.audiences[0]} to get a JWT.`,
  }),
  encrypted_token: () => ({ problem: 'It has the five parts of an encrypted token.', fix: NEW_TOKEN }),
  malformed_token: () => ({ problem: 'One of its parts is not valid in a JWT.', fix: COPY }),
  unsupported_critical_header: () => ({
    problem: 'Its header has crit or b64, which ask for an extension.',
    fix: 'Let the signer omit crit and b64. Better Auth does not write them.',
  }),
  wrong_token_type: ({ header }) => ({ problem: `Its typ is ${show(header['typ'])}.`, fix: NEW_TOKEN }),
  session_cookie_token: () => ({ problem: 'It is the session cookie of Better Auth.', fix: NEW_TOKEN }),
  email_verification_token: () => ({ problem: 'It is the token of an e-mail link.', fix: NEW_TOKEN }),
  unsupported_algorithm: (input) => ({
    problem: `Its alg is ${show(input.header['alg'])}. The API accepts ${acceptedAlgorithms(input.config)}.`,
    fix: fixAlgorithm(input.header['alg']),
  }),
  unknown_key: adviseUnknownKey,
  keys_unavailable: adviseUnavailableKeys,
  bad_signature: () => ({
    problem: 'Its signature does not match: another secret or key signed it, or it was changed.',
    fix: 'Set BETTER_AUTH_SECRET (or BETTER_AUTH_SECRETS) of the API to the secret of the server that issued it, or BETTER_AUTH_JWKS_URL to its key set. If the token was copied, copy it again.',
  }),
  id_token: ({ config }) => ({
    problem: 'It is an ID token, which tells the client who signed in.',
    fix: `Send the access_token of the same answer. To get it as a JWT, ask with resource=${config.audiences[0]}.`,
  }),
  wrong_issuer: adviseIssuer,
  wrong_audience: adviseAudience,
  malformed_claims: adviseTimes,
  sender_constrained_token: () => ({
    problem: 'It has cnf: it is bound to a key of its client. The API does not check that binding.',
    fix: 'Ask for the token without a DPoP proof and without a client certificate.',
  }),
  malformed_client: () => ({
    problem: 'Its scope, client_id or azp is not valid.',
    fix: 'Let the signer keep scope, client_id and azp as the OAuth provider writes them.',
  }),
  client_as_subject: () => ({
    problem: 'Its sub is its client_id: it is for a client, not for a user.',
    fix: 'Use the authorization code flow, in which a user signs in, instead of client_credentials.',
  }),
  claims_too_large: () => ({
    problem: 'The members that TOKEN_CLAIMS names are longer than 1,024 characters each or 2,048 together.',
    fix: 'Let definePayload of the jwt() plugin shorten them, or remove them from TOKEN_CLAIMS.',
  }),
  missing_expiry: () => ({
    problem: 'It has no exp.',
    fix: 'Let the sign function keep the exp that the jwt() plugin passes to it.',
  }),
  token_expired: adviseExpired,
  token_not_active: ({ claims, nowMs }) => ({
    problem: `Its nbf is ${distance(claims['nbf'], nowMs)} ahead.`,
    fix: CLOCKS,
  }),
  issued_in_future: ({ claims, nowMs }) => ({
    problem: `Its iat is ${distance(claims['iat'], nowMs)} ahead.`,
    fix: CLOCKS,
  }),
  missing_issued_at: () => ({
    problem: 'It has no iat, and ACCESS_TOKEN_EXPIRE_MINUTES limits the age of a token.',
    fix: 'Let the sign function keep the iat that the jwt() plugin passes to it.',
  }),
  token_too_old: ({ claims, nowMs }) => ({
    problem: `It was issued ${distance(claims['iat'], nowMs)} ago. ACCESS_TOKEN_EXPIRE_MINUTES sets the limit.`,
    fix: NEW_TOKEN,
  }),
  missing_subject: () => ({ problem: 'It has no sub.', fix: SUBJECT }),
  invalid_subject: () => ({
    problem: 'Its sub is not text of 1 to 128 printable characters.',
    fix: SUBJECT,
  }),
  email_verification_unknown: () => ({
    problem: 'The token does not say whether the e-mail address is verified.',
    fix: 'Let definePayload of the jwt() plugin (customAccessTokenClaims of the OAuth provider) add emailVerified, or unset REQUIRE_VERIFIED_EMAIL.',
  }),
  email_not_verified: () => ({
    problem: 'The e-mail address is not verified.',
    fix: 'Verify it at the sign-in server and get a new token, or unset REQUIRE_VERIFIED_EMAIL.',
  }),
};

function adviseIssuer({ claims, config }: AdviceInput): Advice {
  const { iss } = claims;
  const [own] = config.issuers;
  const problem = `iss is ${show(iss)}. The API expects ${config.issuers.map(show).join(' or ')}.`;
  if (iss === undefined)
    return { problem, fix: 'Let the sign function keep the iss that the jwt() plugin passes to it.' };
  if (!isSettable(iss)) return { problem, fix: `Set jwt.issuer of the jwt() plugin to ${own}.` };
  const why = hasPath(iss) ? 'BETTER_AUTH_URL cannot name it, because only its origin counts. ' : '';
  return {
    problem,
    fix: `${why}If you trust that server, set JWT_ISSUER=${[...config.issuers, iss].join(',')} of the API. If not, get a token from ${own}.`,
  };
}

function adviseAudience({ claims, config }: AdviceInput): Advice {
  const { aud } = claims;
  const [own] = config.audiences;
  const problem = `aud is ${show(aud)}. The API expects ${config.audiences.map(show).join(' or ')}.`;
  const isOfClient = claims['client_id'] !== undefined || claims['scope'] !== undefined;
  const atIssuer = isOfClient
    ? `Ask the token endpoint with resource=${own}`
    : `Set jwt.audience of the jwt() plugin to ${own}`;
  const [first] = Array.isArray(aud) ? aud : [aud];
  if (!isSettable(first)) return { problem, fix: `${atIssuer}.` };
  return {
    problem,
    fix: `${atIssuer}. If tokens for ${first} are meant for this API too, set JWT_AUDIENCE=${[...config.audiences, first].join(',')} of the API.`,
  };
}

/** Text that JWT_ISSUER and JWT_AUDIENCE can hold, and that a shell takes as it stands. */
function isSettable(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:/@%+~-]{1,200}$/.test(value);
}

function hasPath(issuer: string): boolean {
  const url = URL.parse(issuer);
  return url !== null && url.origin !== issuer;
}

/** In seconds, the year 5138. The authorizer reads no later time. */
const SECONDS_MAX = 1e11;

function adviseTimes({ claims }: AdviceInput): Advice {
  const name = ['exp', 'nbf', 'iat'].find((time) => !isSeconds(claims[time])) ?? 'exp';
  const value = claims[name];
  if (typeof value !== 'number') {
    return {
      problem: `Its ${name} is ${show(value)}, which is not a number of seconds.`,
      fix: `Let definePayload of the jwt() plugin omit ${name}.`,
    };
  }
  return {
    problem: `Its ${name} is in milliseconds. A JWT holds seconds.`,
    fix: name === 'exp' ? EXPIRATION_TIME : `Let definePayload of the jwt() plugin omit ${name}.`,
  };
}

function isSeconds(claim: unknown): boolean {
  return claim === undefined || (typeof claim === 'number' && Math.abs(claim) <= SECONDS_MAX);
}

function adviseExpired({ claims, nowMs }: AdviceInput): Advice {
  const { exp, iat } = claims;
  if (typeof exp === 'number' && typeof iat === 'number' && exp <= iat)
    return { problem: 'Its exp is before its iat: it was never valid.', fix: EXPIRATION_TIME };
  return { problem: `It expired ${distance(exp, nowMs)} ago.`, fix: NEW_TOKEN };
}

function acceptedAlgorithms({ sharedSecret, keySet }: AuthorizerConfig): string {
  const modes = [sharedSecret?.algorithm, keySet && 'the algorithms of its key set'];
  return modes.filter((mode) => mode !== undefined).join(' and ');
}

function fixAlgorithm(algorithm: unknown): string {
  if (typeof algorithm !== 'string' || algorithm.toLowerCase() === 'none') return NEW_TOKEN;
  if (/^HS(256|384|512)$/.test(algorithm))
    return `Set ALGORITHM=${algorithm} of the API, and BETTER_AUTH_SECRET to the secret of the server.`;
  return 'Set BETTER_AUTH_JWKS_URL to /api/auth/jwks of the server that issued it. On this machine: set LOCAL_AUTH_ALG=EdDSA in .env and run npm run dev.';
}
