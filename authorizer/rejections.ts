import { AppError } from '../common/app-error.ts';
import { TOKEN_EXPIRED } from '../common/identity.ts';

/**
 * Every reason a token is refused: code and sentence, once. The sentences travel to the caller inside JSON text
 * templates, so they hold no quote and no backslash, and nothing taken from the token.
 */
export const REJECTIONS = {
  missing_token: 'Authorization header missing',
  malformed_header: 'Invalid authorization format. Use: Bearer <token>',
  token_too_large:
    'The token is larger than 8 KB: its payload is too long. Let definePayload of the sign-in server leave long claims out.',
  not_a_jwt:
    'This is not a JWT; it may be a Better Auth session token. Ask /api/auth/token of the sign-in server for a JWT.',
  encrypted_token: 'This is an encrypted token. Send the signed JWT that /api/auth/token gives.',
  malformed_token: 'The token is not a well-formed JWT.',
  unsupported_critical_header: 'The token header asks for an extension this API does not support.',
  wrong_token_type: 'The token is of another type than an access token.',
  session_cookie_token:
    'This is the Better Auth session cookie, not an access token. Ask /api/auth/token for a JWT.',
  unsupported_algorithm: 'The token is signed with an algorithm this API does not accept.',
  unknown_key: 'The token is signed with a key this API does not know.',
  bad_signature: 'The signature of the token does not match.',
  malformed_claims: 'The token holds a claim of the wrong kind.',
  email_verification_token:
    'This is a token from an e-mail link, not an access token. Ask /api/auth/token for a JWT.',
  id_token: 'This is an ID token, which is only for the client. Send the access token.',
  wrong_issuer: 'The token was issued by another server than the one this API trusts.',
  wrong_audience: 'The token was issued for another audience.',
  sender_constrained_token:
    'The token is bound to a key of its client by DPoP or mTLS. This API takes unbound Bearer tokens.',
  malformed_client: 'The token names its client or its scope in a way that is not usable.',
  client_as_subject:
    'The token is for a client itself. Ask for a token with a flow in which a user signs in.',
  missing_expiry: 'The token has no expiry.',
  [TOKEN_EXPIRED.code]: TOKEN_EXPIRED.detail,
  token_not_active: 'The token is not valid yet.',
  issued_in_future: 'The token says it was issued in the future.',
  missing_issued_at: 'The token does not say when it was issued.',
  token_too_old: 'The token was issued too long ago. Ask /api/auth/token for a new one.',
  missing_subject: 'Invalid token: missing user identifier',
  invalid_subject: 'The user identifier in the token is not usable.',
  claims_too_large: 'The claims that this API passes on are too large in this token.',
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

/**
 * Refusals that must not be cached: the clock may reach `nbf` or `iat` within the cache time of API Gateway (300 s at
 * most).
 */
const CHANGES_WITH_TIME: ReadonlySet<RejectionCode> = new Set(['token_not_active', 'issued_in_future']);

/** The token is at fault. Its message is the sentence of its code. */
export class Rejection extends AppError {
  override readonly kind = 'unauthenticated';
  override readonly code: RejectionCode;
  /** False when the same token may be accepted a moment later. */
  readonly cacheable: boolean;

  constructor(code: RejectionCode, { cacheable = !CHANGES_WITH_TIME.has(code) } = {}) {
    super(REJECTIONS[code]);
    this.code = code;
    this.cacheable = cacheable;
  }
}

/** The keys that would decide cannot be had. Our outage, not the token's fault: 503, because a 401 signs users out. */
export class KeysUnavailable extends AppError {
  override readonly kind = 'unavailable';
  override readonly code = 'keys_unavailable';
  constructor() {
    super('The keys to verify the token cannot be reached at the moment.');
  }
}
