import type { Identity } from '../common/identity.ts';
import { findChosenClaims } from './chosen-claims.ts';
import type { JsonObject } from './compact-token.ts';
import type { AuthorizerConfig } from './config.ts';
import { readClient } from './oauth-client.ts';
import { Rejection } from './rejections.ts';

export type ClaimRules = Omit<AuthorizerConfig, 'sharedSecret' | 'keySet'>;

/** `aud` of the cookie that `jwt({ sessionCookieCache: true })` signs with the same keys. */
const SESSION_COOKIE_AUDIENCE = 'better-auth:session-cache';

/**
 * Longest optional text that travels on, in UTF-16 units; the longest e-mail address has 254. API Gateway documents no
 * limit for the context and refuses one that is too large, which would shut its user out.
 */
const TEXT_MAX = 320;

/** Latest time that is read, in seconds: the year 5138. A later one is most likely in milliseconds. */
const TIME_MAX_S = 1e11;

/**
 * 1–128 visible characters: no control, format, surrogate, private-use or invisible ones, of white space only plain spaces
 * inside (`DI` is Default_Ignorable_Code_Point). A text, because V8 looks `\p` of a literal up at every cold start.
 */
const USER_ID = '^(?! )(?:[^\\p{C}\\p{Z}\\p{DI}\u2800]| ){1,128}(?<! )$';
/** The part of {@link USER_ID} that every id of Better Auth's own making is in. */
const ASCII_USER_ID = /^[!-~]{1,128}$/;

/**
 * Claims of a verified Better Auth payload → who is calling. docs/adr/0004-token-payload.md lists what is assumed.
 *
 * @param nowMs milliseconds since the epoch.
 * @throws {Rejection}
 */
export function readIdentity(claims: JsonObject, rules: ClaimRules, nowMs: number): Identity {
  refuseOtherTokens(claims);
  if (!includes(rules.issuers, claims['iss'])) throw new Rejection('wrong_issuer');
  if (!isMeantFor(rules.audiences, claims['aud'])) throw new Rejection('wrong_audience');
  const client = readClient(claims);
  const times = requireTimes(claims, rules, nowMs / 1000);
  const identity: Writable<Identity> = { userId: requireUserId(claims['sub']), ...times, ...client };
  const { email, name } = claims;
  const emailVerified = findEmailVerified(claims);
  if (emailVerified !== undefined) identity.emailVerified = emailVerified;
  if (isShortText(email)) identity.email = email.toWellFormed();
  if (isShortText(name)) identity.name = name.toWellFormed();
  const chosen = findChosenClaims(claims, rules.claimNames);
  if (chosen !== undefined) identity.claims = chosen;
  return identity;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** What Better Auth's sign-in tokens call `emailVerified` and OpenID Connect `email_verified`. Of the two, false wins. */
function findEmailVerified({ emailVerified, email_verified }: JsonObject): boolean | undefined {
  if (emailVerified === false || email_verified === false) return false;
  return emailVerified === true || email_verified === true ? true : undefined;
}

function includes(values: readonly unknown[], value: unknown): boolean {
  return values.includes(value);
}

/** Better Auth signs more than access tokens with the same secret and keys; none of these names a subject to trust. */
function refuseOtherTokens(claims: JsonObject): void {
  const { sub, aud, session, email } = claims;
  if (aud === SESSION_COOKIE_AUDIENCE || (Array.isArray(aud) && aud.includes(SESSION_COOKIE_AUDIENCE))) {
    throw new Rejection('session_cookie_token');
  }
  if (isIdToken(claims)) throw new Rejection('id_token');
  if (sub !== undefined) return;
  if (typeof session === 'object') throw new Rejection('session_cookie_token');
  if (claims['iss'] === undefined && isText(email)) throw new Rejection('email_verification_token');
}

/**
 * An ID token has the right signature, and the right audience where JWT_AUDIENCE is the id of a client. Some members are
 * only in ID tokens (OpenID Connect Core §2, §3.3.2.11). Others are in an access token only with a `client_id` (RFC 9068
 * §2.2); Better Auth writes `acr` in each ID token. A member counts with any value.
 */
function isIdToken(claims: JsonObject): boolean {
  const { at_hash, c_hash, s_hash, nonce, client_id, auth_time, acr, amr } = claims;
  if (at_hash !== undefined || c_hash !== undefined || s_hash !== undefined || nonce !== undefined)
    return true;
  return client_id === undefined && (auth_time !== undefined || acr !== undefined || amr !== undefined);
}

/** RFC 7519 §4.1.3: one string, or an array of strings of which one is us. */
function isMeantFor(audiences: readonly string[], claim: unknown): boolean {
  if (!Array.isArray(claim)) return includes(audiences, claim);
  return (
    claim.every((entry) => typeof entry === 'string') && claim.some((entry) => includes(audiences, entry))
  );
}

/** `expiresAt` is the earlier of `exp` and the end of the accepted age, so that both hold behind a cached answer. */
function requireTimes(
  claims: JsonObject,
  rules: ClaimRules,
  nowS: number,
): Pick<Identity, 'expiresAt' | 'issuedAt'> {
  const exp = findTime(claims['exp']);
  const nbf = findTime(claims['nbf']);
  const iat = findTime(claims['iat']);
  if (exp === undefined) throw new Rejection('missing_expiry');
  if (nowS >= exp) throw new Rejection('token_expired');
  const latest = nowS + rules.clockToleranceS;
  if ((nbf ?? nowS) > latest) throw new Rejection('token_not_active');
  if ((iat ?? nowS) > latest) throw new Rejection('issued_in_future');
  if (rules.maxAgeS === undefined) return { expiresAt: exp, ...(iat !== undefined && { issuedAt: iat }) };
  if (iat === undefined) throw new Rejection('missing_issued_at');
  if (nowS >= iat + rules.maxAgeS) throw new Rejection('token_too_old');
  return { expiresAt: Math.min(exp, iat + rules.maxAgeS), issuedAt: iat };
}

/** RFC 7519 §2 NumericDate: a JSON number, fractions allowed. */
function findTime(claim: unknown): number | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim !== 'number' || !(Math.abs(claim) <= TIME_MAX_S)) throw new Rejection('malformed_claims');
  return claim;
}

function requireUserId(sub: unknown): string {
  if (sub === undefined || sub === null || sub === '') throw new Rejection('missing_subject');
  if (typeof sub !== 'string' || !(ASCII_USER_ID.test(sub) || new RegExp(USER_ID, 'u').test(sub)))
    throw new Rejection('invalid_subject');
  return sub;
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== '';
}

/** A longer one is left out and not cut: part of an address is another address. */
function isShortText(claim: unknown): claim is string {
  return isText(claim) && claim.length <= TEXT_MAX;
}
