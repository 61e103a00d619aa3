import { AppError } from './app-error.ts';

/** A value as JSON has it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Members of the payload by their name. */
export type Claims = Readonly<Record<string, JsonValue>>;

/** Who is calling, as the verified token says. The only thing that crosses from the authorizer to the handlers. */
export interface Identity {
  /** `sub` of the token: Better Auth's user id. Every task is stored under it. */
  readonly userId: string;
  readonly email?: string;
  /** Absent when the token does not say. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  /** `exp`: seconds since the epoch. From this second on the token is expired. */
  readonly expiresAt: number;
  /** `iat`: seconds since the epoch. */
  readonly issuedAt?: number;
  /** The OAuth client the token was issued to. */
  readonly clientId?: string;
  /**
   * What the client may do: its scopes, each once, separated by spaces; empty when it has none. Absent in a token of the
   * user's own session, which may do everything.
   */
  readonly scope?: string;
  /** The members that TOKEN_CLAIMS names. The token has them, and no check was made of them. */
  readonly claims?: Claims;
}

/**
 * The context of the authorizer's answer: texts, because API Gateway hands every value to the integration as a string.
 * Inverse of {@link readAuthorizerContext}. Absent members stay absent: an empty string would read as a value.
 */
export function toAuthorizerContext(identity: Identity): Record<string, string> {
  const { userId, expiresAt, emailVerified, email, name, issuedAt, clientId, scope, claims } = identity;
  const context: Record<string, string> = { userId, expiresAt: String(expiresAt) };
  if (emailVerified !== undefined) context.emailVerified = String(emailVerified);
  if (email !== undefined) context.email = email;
  if (name !== undefined) context.name = name;
  if (issuedAt !== undefined) context.issuedAt = String(issuedAt);
  if (clientId !== undefined) context.clientId = clientId;
  if (scope !== undefined) context.scope = scope;
  if (claims !== undefined) context.claims = JSON.stringify(claims);
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
  const { userId, email, emailVerified, name, expiresAt, issuedAt, claims } = context as Record<
    string,
    unknown
  >;
  if (typeof userId !== 'string' || userId === '')
    throw new TypeError('the authorizer context has no userId');
  return {
    userId,
    expiresAt: readSeconds(expiresAt, 'expiresAt'),
    ...(typeof emailVerified === 'string' && { emailVerified: emailVerified === 'true' }),
    ...(typeof email === 'string' && { email }),
    ...(typeof name === 'string' && { name }),
    ...(issuedAt !== undefined && { issuedAt: readSeconds(issuedAt, 'issuedAt') }),
    ...readClient(context),
    ...(claims !== undefined && { claims: readClaims(claims) }),
  };
}

/** A client without a scope may do nothing: a missing value never allows more. */
function readClient(context: { clientId?: unknown; scope?: unknown }): Pick<Identity, 'clientId' | 'scope'> {
  const { clientId, scope = '' } = context;
  if (clientId === undefined && context.scope === undefined) return {};
  if (typeof scope !== 'string' || (clientId !== undefined && typeof clientId !== 'string'))
    throw new TypeError('the authorizer context has no usable client');
  return { ...(clientId !== undefined && { clientId }), scope };
}

function readClaims(text: unknown): Claims {
  const claims: unknown = JSON.parse(String(text));
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new TypeError('the authorizer context has no usable claims');
  return claims as Claims;
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
