import { ConfigError, type Env, findSetting, findWholeNumber, type NonEmptyList } from '../common/env.ts';
import { readAudiences, readIssuers } from '../common/issuer.ts';
import { readClaimNames } from './chosen-claims.ts';
import { type KeySetSource, readKeySetSource } from './key-set-source.ts';

export const SHARED_SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
export type SharedSecretAlgorithm = (typeof SHARED_SECRET_ALGORITHMS)[number];

export interface SharedSecretConfig {
  /** Every secret a valid token may be signed with, in the order they are tried. Never empty. */
  readonly secrets: readonly string[];
  readonly algorithm: SharedSecretAlgorithm;
}

/** What the authorizer protects with. Nothing here is optional by omission: `undefined` is written out. */
export interface AuthorizerConfig {
  /** Each `iss` to accept, exactly as it stands: JWT_ISSUER, else the origin of BETTER_AUTH_URL. */
  readonly issuers: NonEmptyList;
  /** Each `aud` to accept, exactly as it stands. */
  readonly audiences: NonEmptyList;
  /** Shared-secret mode, or `undefined` when it is off. At least one of the two modes is on. */
  readonly sharedSecret: SharedSecretConfig | undefined;
  /** JWKS mode, or `undefined` when it is off. */
  readonly keySet: KeySetSource | undefined;
  /** How far `nbf` and `iat` may lie ahead of our clock, in seconds. `exp` has no tolerance. */
  readonly clockToleranceS: number;
  /** Oldest `iat` to accept, in seconds before now; `undefined` leaves it to `exp`. */
  readonly maxAgeS: number | undefined;
  /** Members of the payload that travel to the handlers as they are. They decide nothing here. */
  readonly claimNames: readonly string[];
}

/** Better Auth's own fallback without a secret. Public, so anyone could sign with it. */
const PUBLIC_SECRET = 'better-auth-secret-12345678901234567890';
const SECRET_MIN_LENGTH = 32;
/** What a secret looks like when CloudFormation, Serverless or a shell left its reference in place. */
const UNRESOLVED = /^\s*(?:\{\{resolve:|\$\{|\$\()/;
const SECRETS_MAX = 8;
const DAY_MINUTES = 24 * 60;

/**
 * Environment → configuration.
 *
 * @throws {ConfigError} a sentence that names the variable and never holds its value.
 */
export function readAuthorizerConfig(env: Env = process.env): AuthorizerConfig {
  const sharedSecret = findSharedSecret(env);
  const keySet = readKeySetSource(env);
  if (sharedSecret === undefined && keySet === undefined) {
    throw new ConfigError(
      'Set BETTER_AUTH_SECRET (or BETTER_AUTH_SECRETS) to the secret of the Better Auth server, or BETTER_AUTH_JWKS_URL (or BETTER_AUTH_JWKS) to its public keys.',
    );
  }
  const maxAgeMinutes = findWholeNumber(env, 'ACCESS_TOKEN_EXPIRE_MINUTES', {
    min: 1,
    max: 365 * DAY_MINUTES,
  });
  return {
    issuers: readIssuers(env),
    audiences: readAudiences(env),
    sharedSecret,
    keySet,
    clockToleranceS: findWholeNumber(env, 'CLOCK_TOLERANCE_SECONDS', { min: 0, max: 300 }) ?? 5,
    maxAgeS: maxAgeMinutes === undefined ? undefined : maxAgeMinutes * 60,
    claimNames: readClaimNames(env),
  };
}

function findSharedSecret(env: Env): SharedSecretConfig | undefined {
  const algorithm = readAlgorithm(env);
  const list = findSetting(env, 'BETTER_AUTH_SECRETS');
  if (list !== undefined) return { secrets: parseSecrets(list), algorithm };
  const secret = env['BETTER_AUTH_SECRET'];
  if (!secret?.trim()) return undefined;
  return { secrets: [requireStrong(secret, 'BETTER_AUTH_SECRET')], algorithm };
}

function readAlgorithm(env: Env): SharedSecretAlgorithm {
  const name = findSetting(env, 'ALGORITHM') ?? 'HS256';
  const algorithm = SHARED_SECRET_ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined)
    throw new ConfigError(`ALGORITHM must be ${SHARED_SECRET_ALGORITHMS.join(', ')}.`);
  return algorithm;
}

/** Better Auth's format, `2:newest,1:older`; it signs with the first entry. */
function parseSecrets(list: string): string[] {
  const secrets = new Map<number, string>();
  for (const entry of list.split(',')) {
    const [, version, secret] = /^\s*(\d{1,9})\s*:(.*)/s.exec(entry) ?? [];
    if (!version || !secret) {
      throw new ConfigError('BETTER_AUTH_SECRETS must read <version>:<secret>, entries separated by commas.');
    }
    if (secrets.has(Number(version)))
      throw new ConfigError('BETTER_AUTH_SECRETS has two entries of one version.');
    secrets.set(Number(version), requireStrong(secret.trim(), 'BETTER_AUTH_SECRETS'));
  }
  if (secrets.size > SECRETS_MAX)
    throw new ConfigError(`BETTER_AUTH_SECRETS has more than ${SECRETS_MAX} entries.`);
  return [...secrets.values()];
}

function requireStrong(secret: string, variable: string): string {
  if (UNRESOLVED.test(secret)) {
    throw new ConfigError(`${variable} is a reference that was not resolved. Anyone can guess it.`);
  }
  if (secret.trim().length < SECRET_MIN_LENGTH) {
    throw new ConfigError(`${variable} must be at least ${SECRET_MIN_LENGTH} characters long.`);
  }
  if (secret.trim() === PUBLIC_SECRET) {
    throw new ConfigError(`${variable} is the public default of Better Auth, which anyone can sign with.`);
  }
  return secret;
}
