import type { Identity } from '../common/identity.ts';
import type { Log } from '../common/log.ts';
import { requireBearerToken } from './bearer-token.ts';
import { readIdentity } from './claims.ts';
import { type CompactToken, parseCompactToken, requireMembers } from './compact-token.ts';
import type { AuthorizerConfig } from './config.ts';
import type { Get } from './get.ts';
import type { KeySetDeps } from './key-set.ts';
import { isKeySetAlgorithm, type KeySetSource } from './key-set-source.ts';
import { Rejection } from './rejections.ts';
import { makeVerifySharedSecret, type VerifySignature } from './shared-secret.ts';

/**
 * The value of the Authorization header → who is calling.
 *
 * @throws {Rejection} the token is at fault. @throws {KeysUnavailable} we are. No header makes it throw anything else.
 */
export type Authenticate = (authorizationHeader: string | undefined) => Promise<Identity>;

export interface AuthenticateOptions {
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** How JWKS mode reaches the issuer. */
  readonly fetch?: Get | undefined;
  /**
   * Starts to fetch the key set at once, so that the fetch overlaps with the start of the function. Without effect when
   * there is a shared secret too: its tokens need no key set, and would wait for the code that fetches one.
   */
  readonly prefetch?: boolean;
}

/** Wires the checks for one configuration: header, signature, claims, in this order (RFC 8725 §3). */
export function makeAuthenticate(
  config: AuthorizerConfig,
  { log, now = Date.now, fetch, prefetch }: AuthenticateOptions,
): Authenticate {
  const verifySignature = makeVerifySignature(config, {
    log,
    now,
    fetch,
    prefetch: prefetch && !config.sharedSecret,
  });
  return async (authorizationHeader) => {
    const token = parseCompactToken(requireBearerToken(authorizationHeader));
    const claims = requireMembers(token.payload, await verifySignature(token));
    return readIdentity(claims, config, now());
  };
}

/** The configuration picks the verifier by algorithm family, so a public key can never serve as an HMAC secret. */
function makeVerifySignature({ sharedSecret, keySet }: AuthorizerConfig, deps: KeySetDeps): VerifySignature {
  const byKeySet = keySet && makeVerifyByKeySet(keySet, deps, !sharedSecret);
  const bySecret = sharedSecret && makeVerifySharedSecret(sharedSecret);
  return (token: CompactToken) => {
    if (bySecret && token.algorithm === sharedSecret.algorithm) return bySecret(token);
    if (byKeySet && isKeySetAlgorithm(token.algorithm)) return byKeySet(token);
    throw new Rejection('unsupported_algorithm');
  };
}

/** What verifies with public keys takes time to load. So it is loaded with the first token that needs it, unless each does. */
function makeVerifyByKeySet(source: KeySetSource, deps: KeySetDeps, isNeededByAll: boolean): VerifySignature {
  const load = () => import('./key-set.ts').then(({ makeVerifyKeySet }) => makeVerifyKeySet(source, deps));
  let verify = isNeededByAll ? load() : undefined;
  return async (token) => {
    verify ??= load();
    return (await verify)(token);
  };
}
