import type { Authenticate } from '../../authorizer/authenticate.ts';
import { requireBearerToken } from '../../authorizer/bearer-token.ts';
import { readIdentity } from '../../authorizer/claims.ts';
import {
  type JsonObject,
  parseCompactToken,
  parseJson,
  requireMembers,
} from '../../authorizer/compact-token.ts';
import type { AuthorizerConfig } from '../../authorizer/config.ts';
import { Rejection, type RejectionCode } from '../../authorizer/rejections.ts';
import { isAppError } from '../../common/app-error.ts';
import { type Identity, requireUnexpired } from '../../common/identity.ts';

/** Every reason the API has for not accepting a token: the authorizer's, its outage, and the handlers' 403. */
export type RefusalCode =
  | RejectionCode
  | 'keys_unavailable'
  | 'email_not_verified'
  | 'email_verification_unknown';

/** What the API would do. */
export type Verdict =
  | { readonly accepted: true; readonly identity: Identity }
  | { readonly accepted: false; readonly status: 401 | 403 | 503; readonly code: RefusalCode };

export interface Judge {
  readonly config: AuthorizerConfig;
  /** Made from the same config and clock. */
  readonly authenticate: Authenticate;
  readonly requireVerifiedEmail: boolean;
  /** Milliseconds since the epoch; stands still while a token is explained. */
  readonly nowMs: number;
}

/** The API's answer to an Authorization header. The API's own code decides. */
export async function judge(
  header: string,
  { authenticate, requireVerifiedEmail, nowMs }: Judge,
): Promise<Verdict> {
  try {
    const identity = await authenticate(header);
    requireUnexpired(identity, nowMs);
    if (!requireVerifiedEmail || identity.emailVerified) return { accepted: true, identity };
    const code = identity.emailVerified === undefined ? 'email_verification_unknown' : 'email_not_verified';
    return { accepted: false, status: 403, code };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return {
      accepted: false,
      status: error.kind === 'unavailable' ? 503 : 401,
      code: error.code as RefusalCode,
    };
  }
}

export interface Faults {
  readonly codes: ReadonlySet<RefusalCode>;
  /** False when not everything could be checked: the claims cannot be read, or belong to another kind of token. */
  readonly areComplete: boolean;
}

/**
 * Everything that is wrong with a token. The API stops at the first fault. This corrects each wrong claim in a copy and
 * reads the claims again, until they pass.
 */
export function findFaults(header: string, verdict: Verdict, judgement: Judge): Faults {
  const codes = new Set<RefusalCode>(verdict.accepted ? [] : [verdict.code]);
  let claims = findClaims(header);
  while (claims !== undefined) {
    const fault = findClaimFault(claims, judgement);
    if (fault === undefined) return { codes, areComplete: true };
    codes.add(fault);
    claims = repair(claims, fault, judgement);
  }
  return { codes, areComplete: false };
}

/** `undefined` when the token cannot be read as far as its claims. */
function findClaims(header: string): JsonObject | undefined {
  try {
    const { payload } = parseCompactToken(requireBearerToken(header));
    return requireMembers(payload, parseJson(payload));
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

function findClaimFault(claims: JsonObject, { config, nowMs }: Judge): RejectionCode | undefined {
  try {
    readIdentity(claims, config, nowMs);
    return undefined;
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
}

/** A copy without this fault; `undefined` when no claim can be corrected, because the token is of another kind. */
function repair(claims: JsonObject, fault: RejectionCode, { config, nowMs }: Judge): JsonObject | undefined {
  const nowS = Math.floor(nowMs / 1000);
  const times = { exp: nowS + 60, iat: nowS, nbf: undefined };
  const repairs: Partial<Record<RejectionCode, JsonObject>> = {
    wrong_issuer: { iss: config.issuers[0] },
    wrong_audience: { aud: config.audiences[0] },
    malformed_claims: times,
    missing_expiry: { exp: times.exp },
    token_expired: { exp: times.exp },
    token_not_active: { nbf: undefined },
    issued_in_future: { iat: nowS },
    missing_issued_at: { iat: nowS },
    token_too_old: { iat: nowS },
    missing_subject: { sub: 'somebody' },
    invalid_subject: { sub: 'somebody' },
  };
  const change = repairs[fault];
  return change && { ...claims, ...change };
}
