import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { ConfigError, type Env, findList, findSetting, findWholeNumber } from '../../common/env.ts';
import { findRequestsPerMinute, resourceServices } from '../../functions/services/config.ts';
import { findErrorCode } from './local-problem.ts';
import { readMachineSecret } from './machine-secret.ts';
import { DEFAULT_PORTS, LOOPBACK } from './ports.ts';

/** Better Auth's choices for a key pair. */
export type KeyPairAlgorithm = 'EdDSA' | 'ES256' | 'ES512' | 'RS256' | 'PS256';

/** What the local Better Auth server issues. */
export interface LocalIssuer {
  /** BETTER_AUTH_URL. Its origin is the `iss` and `aud` of every token, wherever the server listens. */
  readonly baseUrl: string;
  /** `iss` and `aud` when the API expects others than the origin of `baseUrl`. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Signs sessions, and tokens too unless `signing` names a key pair. */
  readonly secret: string;
  /** An HMAC with `secret`, or a key pair made at start and published at /api/auth/jwks. */
  readonly signing: 'HS256' | 'HS384' | 'HS512' | KeyPairAlgorithm;
  /** Seconds a token lives; 15 minutes unless given. */
  readonly tokenLifetimeS?: number | undefined;
}

/** What runs on this machine in addition to the API. */
export interface LocalSettings {
  /** Every variable with its final value: from the environment, then `.env`, then the local defaults. */
  readonly env: Env;
  /** Where the database and the secret are kept, absolute. */
  readonly dataDirectory: string;
  readonly authPort: number;
  readonly dynamoDbPort: number;
  /** What the local Better Auth server issues; `undefined` with LOCAL_AUTH=off. */
  readonly issuer: LocalIssuer | undefined;
  /** Whether the embedded database runs. Not when AWS_ENDPOINT_URL_DYNAMODB names another. */
  readonly hasEmbeddedDynamoDb: boolean;
  /** Whether the embedded database holds each function to its role. Not with LOCAL_IAM=off. */
  readonly hasRoles: boolean;
}

const KEY_PAIR_ALGORITHMS: readonly KeyPairAlgorithm[] = ['EdDSA', 'ES256', 'ES512', 'RS256', 'PS256'];

/**
 * The settings of the local stack. Reads `.env` in `directory` and may make the secret of this machine.
 *
 * @throws {ConfigError} a sentence that names the variable, also for one the functions would refuse to start with.
 */
export function readLocalSettings(environment: Env, directory: string): LocalSettings {
  const given = withEnvFile(environment, join(directory, '.env'));
  const dataDirectory = resolve(directory, findSetting(given, 'LOCAL_DATA_DIR') ?? '.local');
  const authPort = findPort(given, 'AUTH_PORT') ?? DEFAULT_PORTS.AUTH_PORT;
  const dynamoDbPort = findPort(given, 'DYNAMODB_PORT') ?? DEFAULT_PORTS.DYNAMODB_PORT;
  // serverless.yml hands these two to serverless-offline as they stand.
  for (const name of ['API_PORT', 'LAMBDA_PORT']) findPort(given, name);
  const hasEmbeddedDynamoDb = findSetting(given, 'AWS_ENDPOINT_URL_DYNAMODB') === undefined;
  const hasRoles = readSwitch(given, 'LOCAL_IAM') && hasEmbeddedDynamoDb;
  const withDatabase = hasEmbeddedDynamoDb
    ? withEmbeddedDynamoDb(given, dynamoDbPort)
    : withOwnDynamoDb(given);
  const hasIssuer = readSwitch(given, 'LOCAL_AUTH');
  const env = withoutCloudSecret(
    hasIssuer ? withIssuer(withDatabase, { authPort, dataDirectory }) : withDatabase,
  );
  const config = readAuthorizerConfig(env);
  resourceServices(env); // refuses what the handlers would refuse, before anything runs
  findRequestsPerMinute(env);
  const issuer = hasIssuer ? toIssuer(env, config, dataDirectory) : undefined;
  return { env, dataDirectory, authPort, dynamoDbPort, issuer, hasEmbeddedDynamoDb, hasRoles };
}

function findPort(env: Env, name: string): number | undefined {
  return findWholeNumber(env, name, { min: 1, max: 65_535 });
}

function readSwitch(env: Env, name: string): boolean {
  const value = findSetting(env, name)?.toLowerCase() ?? 'on';
  if (value !== 'on' && value !== 'off') throw new ConfigError(`${name} must be on or off.`);
  return value === 'on';
}

/** Credentials of no AWS account. Variables that lead the SDK to real ones or to another endpoint are removed. */
function withEmbeddedDynamoDb(env: Env, port: number): Env {
  return {
    ...env,
    AWS_ENDPOINT_URL_DYNAMODB: `http://${LOOPBACK}:${port}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
  };
}

/** A database of the developer's own, such as DynamoDB Local; the SDK wants credentials even for that. */
function withOwnDynamoDb(env: Env): Env {
  const hasCredentials = findSetting(env, 'AWS_ACCESS_KEY_ID') ?? findSetting(env, 'AWS_PROFILE');
  const credentials = hasCredentials ? {} : { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  return { ...env, ...credentials, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined };
}

/** Only what is not given from outside: an issuer or a secret that is given is used as it is. */
function withIssuer(env: Env, { authPort, dataDirectory }: { authPort: number; dataDirectory: string }): Env {
  const baseUrl = findSetting(env, 'BETTER_AUTH_URL') ?? `http://localhost:${authPort}`;
  const withUrl = { ...env, BETTER_AUTH_URL: baseUrl };
  if (findKeyPairAlgorithm(env) === undefined) {
    return hasSecret(env) ? withUrl : { ...withUrl, BETTER_AUTH_SECRET: readMachineSecret(dataDirectory) };
  }
  const jwksUrl = `http://${LOOPBACK}:${authPort}/api/auth/jwks`;
  return { ...withUrl, BETTER_AUTH_JWKS_URL: findSetting(env, 'BETTER_AUTH_JWKS_URL') ?? jwksUrl };
}

/** Unset, serverless.yml would put a reference for CloudFormation there, which is public text on this machine. */
function withoutCloudSecret(env: Env): Env {
  return { ...env, BETTER_AUTH_SECRET: env['BETTER_AUTH_SECRET'] ?? '' };
}

function hasSecret(env: Env): boolean {
  return (
    findSetting(env, 'BETTER_AUTH_SECRET') !== undefined ||
    findSetting(env, 'BETTER_AUTH_SECRETS') !== undefined
  );
}

function toIssuer(
  env: Env,
  config: ReturnType<typeof readAuthorizerConfig>,
  dataDirectory: string,
): LocalIssuer {
  return {
    baseUrl: requireBaseUrl(env),
    issuer: findList(env, 'JWT_ISSUER')?.[0],
    audience: findList(env, 'JWT_AUDIENCE')?.[0],
    secret: config.sharedSecret?.secrets[0] ?? readMachineSecret(dataDirectory),
    signing: findKeyPairAlgorithm(env) ?? config.sharedSecret?.algorithm ?? 'HS256',
    tokenLifetimeS: config.maxAgeS,
  };
}

/** With JWT_ISSUER and JWT_AUDIENCE the API does not need it. A Better Auth server always does. */
function requireBaseUrl(env: Env): string {
  const text = findSetting(env, 'BETTER_AUTH_URL');
  if (text !== undefined && /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new ConfigError('BETTER_AUTH_URL must be an http or https address, such as http://localhost:4701.');
}

/** LOCAL_AUTH_ALG; unset means the shared secret and ALGORITHM. */
function findKeyPairAlgorithm(env: Env): KeyPairAlgorithm | undefined {
  const name = findSetting(env, 'LOCAL_AUTH_ALG');
  if (name === undefined) return undefined;
  const algorithm = KEY_PAIR_ALGORITHMS.find((known) => known === name);
  if (algorithm === undefined)
    throw new ConfigError(`LOCAL_AUTH_ALG must be ${KEY_PAIR_ALGORITHMS.join(', ')} or unset.`);
  return algorithm;
}

/** Settings of a `.env` file; none when there is no such file. */
function readEnvFile(path: string): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return {};
    throw error;
  }
}

/** The environment, and below it what `.env` says. A blank variable counts as unset, as everywhere (common/env.ts). */
export function withEnvFile(env: Env, path: string): Env {
  const merged = { ...env };
  for (const [name, value] of Object.entries(readEnvFile(path))) {
    if (findSetting(merged, name) === undefined) merged[name] = value;
  }
  return merged;
}
