import { AppError } from './app-error.ts';

/** Who is calling, as the verified token says. The only thing that crosses from the authorizer to the handlers. */
export interface Identity {
  /** `sub` of the token: Better Auth's user id. Every task is stored under it. */
  readonly userId: string;
  readonly email?: string;
  /** False also when the token does not say. */
  readonly emailVerified: boolean;
  readonly name?: string;
  /** `exp`: seconds since the epoch. From this second on the token is expired. */
  readonly expiresAt: number;
  /** `iat`: seconds since the epoch. */
  readonly issuedAt?: number;
}

/** The context of the authorizer's answer. API Gateway hands every value to the integration as a string. */
export type IdentityContext = Readonly<Record<string, string>>;

/** Inverse of {@link readAuthorizerContext}. Absent members stay absent: an empty string would read as a value. */
export function toAuthorizerContext(identity: Identity): IdentityContext {
  const context: Record<string, string> = {
    userId: identity.userId,
    emailVerified: String(identity.emailVerified),
    expiresAt: String(identity.expiresAt),
  };
  if (identity.email !== undefined) context.email = identity.email;
  if (identity.name !== undefined) context.name = identity.name;
  if (identity.issuedAt !== undefined) context.issuedAt = String(identity.issuedAt);
  return context;
}

/**
 * Reads `event.requestContext.authorizer`.
 *
 * @throws {TypeError} when the route was deployed without its authorizer: a 500, never an anonymous caller.
 */
export function readAuthorizerContext(context: unknown): Identity {
  if (typeof context !== 'object' || context === null)
    throw new TypeError('the route has no authorizer context');
  const { userId, email, emailVerified, name, expiresAt, issuedAt } = context as Record<string, unknown>;
  if (typeof userId !== 'string' || userId === '')
    throw new TypeError('the authorizer context has no userId');
  return {
    userId,
    emailVerified: emailVerified === 'true',
    expiresAt: readSeconds(expiresAt, 'expiresAt'),
    ...(typeof email === 'string' && { email }),
    ...(typeof name === 'string' && { name }),
    ...(issuedAt !== undefined && { issuedAt: readSeconds(issuedAt, 'issuedAt') }),
  };
}

function readSeconds(value: unknown, member: string): number {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(seconds)) throw new TypeError(`the authorizer context has no usable ${member}`);
  return seconds;
}

/** The refusal both sides give for a token past its `exp`: the authorizer, and every handler behind its cache. */
export const TOKEN_EXPIRED = {
  code: 'token_expired',
  detail: 'The access token has expired. Ask /api/auth/token for a new one.',
} as const;

/** The token was valid when API Gateway cached the authorizer's answer and has expired since. */
export class TokenExpired extends AppError {
  override readonly code = TOKEN_EXPIRED.code;
  override readonly kind = 'unauthenticated';
  constructor() {
    super(TOKEN_EXPIRED.detail);
  }
}

/**
 * @param nowMs milliseconds since the epoch.
 * @throws {TokenExpired} from the second of `exp` on, with no tolerance (RFC 7519 §4.1.4: "on or after").
 */
export function requireUnexpired(identity: Pick<Identity, 'expiresAt'>, nowMs: number): void {
  if (nowMs >= identity.expiresAt * 1000) throw new TokenExpired();
}
