import {
  ConfigError,
  type Env,
  findFlag,
  findList,
  findSetting,
  findWholeNumber,
  type NonEmptyList,
} from '../../common/env.ts';
import { readIssuers } from '../../common/issuer.ts';
import { makeLog } from '../../common/log.ts';
import type { CountRequest } from '../domain/request-counter.ts';
import type { ApiServices } from '../http/endpoint.ts';
import type { RateLimit } from '../http/rate-limit.ts';

/** The environment of the handlers. Nothing else under functions/ reads it. */
export function readEnvironment(): Env {
  return process.env;
}

/** What every function needs. @throws {ConfigError} naming the variable that makes no sense. */
export function apiServices(env: Env = readEnvironment()): ApiServices {
  return {
    log: makeLog(),
    now: Date.now,
    corsAllowedOrigins: findOrigins(env, 'CORS_ALLOWED_ORIGIN') ?? ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: findFlag(env, 'REQUIRE_VERIFIED_EMAIL') ?? false,
  };
}

/** What the metadata of the API is made of. */
export interface ResourceServices extends ApiServices {
  /** Where clients reach the API, without a slash at the end; `undefined` when it is where they asked. */
  readonly apiUrl: string | undefined;
  /** Each `iss` the API accepts that is an address, so an authorization server may answer there. */
  readonly issuers: readonly string[];
}

/** @throws {ConfigError} naming the variable that makes no sense. */
export function resourceServices(env: Env = readEnvironment()): ResourceServices {
  const issuers = readIssuers(env).filter((issuer) => HTTP.test(issuer));
  return { ...apiServices(env), apiUrl: findAddress(env, 'API_URL'), issuers };
}

const HTTP = /^https?:\/\//;

/** An address that others are built on. */
function findAddress(env: Env, name: string): string | undefined {
  const text = findSetting(env, name)?.replace(/\/+$/, '');
  const url = text === undefined ? null : URL.parse(text);
  if (text === undefined || (url !== null && HTTP.test(text) && `${url.search}${url.hash}` === ''))
    return text;
  throw new ConfigError(
    `${name} must be an http or https address such as https://api.example.com, without a query.`,
  );
}

/** Requests one caller may make per minute; `undefined` when nothing is counted. */
export function findRequestsPerMinute(env: Env = readEnvironment()): number | undefined {
  return findWholeNumber(env, 'RATE_LIMIT_PER_MINUTE', { min: 1, max: 1_000_000 });
}

/** The limit for one caller, counted in the table of the counts; `undefined` when nothing is counted. */
export function findRateLimit(
  env: Env,
  makeCounter: (tableName: string) => CountRequest,
): RateLimit | undefined {
  const perMinute = findRequestsPerMinute(env);
  if (perMinute === undefined) return undefined;
  return { perMinute, count: makeCounter(requireTableName(env, 'RATE_LIMIT_TABLE')) };
}

/** @throws {ConfigError} unless the variable is set. */
export function requireTableName(env: Env, variable: string): string {
  const name = findSetting(env, variable);
  if (name === undefined) throw new ConfigError(`${variable} must name a DynamoDB table.`);
  return name;
}

/** Browsers compare origins letter by letter, so an origin with a path or a slash at the end would match no page. */
function findOrigins(env: Env, name: string): NonEmptyList | undefined {
  const origins = findList(env, name);
  if (origins?.join() === '*' || origins?.every((text) => URL.parse(text)?.origin === text) !== false)
    return origins;
  throw new ConfigError(
    `${name} must be * or origins such as https://app.example.com, separated by commas, without a path.`,
  );
}
