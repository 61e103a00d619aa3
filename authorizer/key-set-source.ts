import { ConfigError, type Env, findSetting, findWholeNumber } from '../common/env.ts';

/** Where the public keys come from: exactly one of the two. */
export type KeySetSource =
  | {
      readonly kind: 'url';
      readonly url: URL;
      /** How long keys serve while the issuer is down. */
      readonly maxStaleMs: number;
      /** How long one fetch may take. */
      readonly timeoutMs: number;
    }
  | { readonly kind: 'inline'; readonly keys: readonly unknown[] };

/** The algorithms Better Auth can sign with (RFC 7518 §3.1, RFC 8037 §3.1). */
const ALGORITHMS: ReadonlySet<unknown> = new Set(['EdDSA', 'ES256', 'ES512', 'RS256', 'PS256']);

export function isKeySetAlgorithm(algorithm: unknown): algorithm is string {
  return ALGORITHMS.has(algorithm);
}

const HOUR_MS = 3_600_000;
const MAX_STALE_HOURS = 24;
const TIMEOUT_MS = 2000;
/** The authorizer has 5 s in serverless.yml; a timeout of its own would be a 500 instead of a 503. */
const TIMEOUT_RANGE_MS = { min: 100, max: 4000 };

/**
 * JWKS settings of the environment; `undefined` when JWKS mode is off.
 *
 * @throws {ConfigError} a sentence that names the variable.
 */
export function readKeySetSource(env: Env): KeySetSource | undefined {
  const url = findSetting(env, 'BETTER_AUTH_JWKS_URL');
  const inline = findSetting(env, 'BETTER_AUTH_JWKS');
  const maxStaleHours = findWholeNumber(env, 'JWKS_MAX_STALE_HOURS', { min: 0, max: MAX_STALE_HOURS });
  const timeoutMs = findWholeNumber(env, 'JWKS_TIMEOUT_MS', TIMEOUT_RANGE_MS) ?? TIMEOUT_MS;
  if (url !== undefined && inline !== undefined) {
    throw new ConfigError('Set BETTER_AUTH_JWKS_URL or BETTER_AUTH_JWKS, not both.');
  }
  if (url !== undefined) {
    return {
      kind: 'url',
      url: requireSecureUrl(url),
      maxStaleMs: (maxStaleHours ?? MAX_STALE_HOURS) * HOUR_MS,
      timeoutMs,
    };
  }
  return inline === undefined ? undefined : { kind: 'inline', keys: parseInline(inline) };
}

function requireSecureUrl(text: string): URL {
  const url = URL.parse(text);
  if (
    url === null ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
  ) {
    throw new ConfigError('BETTER_AUTH_JWKS_URL must be an https address (http only on a loopback address).');
  }
  if (url.username !== '' || url.password !== '')
    throw new ConfigError('BETTER_AUTH_JWKS_URL must hold no password.');
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function parseInline(text: string): readonly unknown[] {
  const keys = findKeys(text);
  if (keys === undefined || keys.length === 0) {
    throw new ConfigError('BETTER_AUTH_JWKS must be a JSON Web Key Set: {"keys":[…]} with at least one key.');
  }
  return keys;
}

/** The `keys` of a JWK Set (RFC 7517 §5), not checked; `undefined` when the text is not a JWK Set. */
export function findKeys(text: string): readonly unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}
