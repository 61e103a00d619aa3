import type { Identity } from '../common/identity.ts';
import type { JsonObject } from './compact-token.ts';
import type { AuthorizerConfig } from './config.ts';
import { Rejection } from './rejections.ts';

export type ClaimRules = Pick<AuthorizerConfig, 'issuer' | 'audience' | 'clockToleranceS' | 'maxAgeS'>;

/** `aud` of the cookie that `jwt({ sessionCookieCache: true })` signs with the same keys. */
const SESSION_COOKIE_AUDIENCE = 'better-auth:session-cache';

/** Latest time a JavaScript date can hold, in seconds. A claim beyond it is no time. */
const TIME_MAX_S = 8.64e12;

/** 1–128 characters that show: no control, format, surrogate, private-use or invisible ones, of white space only plain spaces inside. */
const USER_ID = /^(?! )(?:[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]| ){1,128}(?<! )$/u;
/** The part of {@link USER_ID} that every id of Better Auth's own making is in. To compile the other costs a cold start 0.2 ms. */
const ASCII_USER_ID = /^(?! )[ -~]{1,128}(?<! )$/;

/**
 * Claims of a verified Better Auth payload → who is calling. docs/adr/0004-token-payload.md lists what is assumed.
 *
 * @param nowMs milliseconds since the epoch.
 * @throws {Rejection}
 */
export function readIdentity(claims: JsonObject, rules: ClaimRules, nowMs: number): Identity {
  refuseOtherTokens(claims);
  if (claims['iss'] !== rules.issuer) throw new Rejection('wrong_issuer');
  if (!isMeantFor(rules.audience, claims['aud'])) throw new Rejection('wrong_audience');
  const times = requireTimes(claims, rules, nowMs / 1000);
  const { email, name } = claims;
  return {
    userId: requireUserId(claims['sub']),
    emailVerified: claims['emailVerified'] === true,
    ...times,
    ...(isText(email) && { email: email.toWellFormed() }),
    ...(isText(name) && { name: name.toWellFormed() }),
  };
}

/** Better Auth signs more than access tokens with the same secret and keys; none of these names a subject to trust. */
function refuseOtherTokens(claims: JsonObject): void {
  const { sub, aud, session, email } = claims;
  if (aud === SESSION_COOKIE_AUDIENCE || (Array.isArray(aud) && aud.includes(SESSION_COOKIE_AUDIENCE))) {
    throw new Rejection('session_cookie_token');
  }
  if (sub !== undefined) return;
  if (typeof session === 'object') throw new Rejection('session_cookie_token');
  if (claims['iss'] === undefined && isText(email)) throw new Rejection('email_verification_token');
}

/** RFC 7519 §4.1.3: one string, or an array of strings of which one is us. */
function isMeantFor(audience: string, claim: unknown): boolean {
  if (!Array.isArray(claim)) return claim === audience;
  return claim.every((entry) => typeof entry === 'string') && claim.includes(audience);
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
  if (typeof sub !== 'string' || !(ASCII_USER_ID.test(sub) || USER_ID.test(sub)))
    throw new Rejection('invalid_subject');
  return sub;
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== '';
}
