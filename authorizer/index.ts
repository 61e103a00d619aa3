import type { Env } from '../common/env.ts';
import { type Log, makeLog } from '../common/log.ts';
import { type Authenticate, makeAuthenticate } from './authenticate.ts';
import { type Authorize, makeAuthorize } from './authorize.ts';
import { type CallerEvent, type FindCaller, findCallerBy, type ReadCallerOptions } from './caller.ts';
import { readAuthorizerConfig } from './config.ts';
import type { HeaderEvent } from './events.ts';
import type { Get } from './get.ts';
import { type AuthorizeHttpApi, makeAuthorizeHttpApi } from './http-api.ts';
import {
  type CallerMiddleware,
  callerMiddleware,
  findOptional,
  findRequired,
  type WithCaller,
  type WithOptionalCaller,
} from './require-caller.ts';

/** What the package offers. Nothing outside authorizer/ that handles requests imports another file of it. */

export { type Identity, TokenExpired } from '../common/identity.ts';
export { type CallerEvent, type FindCaller, type ReadCallerOptions, readCaller } from './caller.ts';
export type {
  HttpApiAuthorizerEvent,
  PolicyResult,
  RequestAuthorizerEvent,
  SimpleResult,
  TokenAuthorizerEvent,
} from './events.ts';
export { allows, InsufficientScope, requireScope } from './scope.ts';
export type { Authorize, AuthorizeHttpApi, CallerMiddleware, WithCaller, WithOptionalCaller };

/** Everything has a default: settings come from the environment, lines go to standard output. */
export interface AuthorizerOptions {
  /** Where settings are read; `process.env` unless given. */
  readonly env?: Env | undefined;
  readonly log?: Log | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** How JWKS mode reaches the issuer. `fetch` is one. */
  readonly fetch?: Get | undefined;
}

/**
 * The handler of a TOKEN or REQUEST authorizer of a REST API.
 *
 * @throws {ConfigError} when the settings make no sense, naming the variable.
 */
export function makeRestAuthorizer(options: AuthorizerOptions = {}): Authorize {
  const { log = makeLog() } = options;
  return makeAuthorize({ authenticate: authenticateWith({ ...options, log }, true), log });
}

/**
 * The handler of a Lambda authorizer of an HTTP API: payload format 2.0, simple responses.
 *
 * @throws {ConfigError} when the settings make no sense, naming the variable.
 */
export function makeHttpApiAuthorizer(options: AuthorizerOptions = {}): AuthorizeHttpApi {
  const { log = makeLog() } = options;
  return makeAuthorizeHttpApi({ authenticate: authenticateWith({ ...options, log }, true), log });
}

/**
 * Verifies the token in the function itself, for routes without an authorizer.
 *
 * @throws {ConfigError} when the settings make no sense, naming the variable.
 */
export function makeFindCaller({ log = makeLog(), ...options }: AuthorizerOptions = {}): FindCaller {
  return findCallerBy(authenticateWith({ ...options, log }, false));
}

export interface RequireCallerOptions extends AuthorizerOptions, ReadCallerOptions {
  readonly optional?: false;
}

export interface OptionalCallerOptions extends AuthorizerOptions, ReadCallerOptions {
  /** The route has no authorizer. A caller without a valid token is let in, with `event.caller` undefined. */
  readonly optional: true;
}

/**
 * A middy middleware that adds `event.caller`, or answers 401, 403 or 503 with problem details. Unless the caller is
 * optional, the route needs an authorizer of this package.
 */
export function requireCaller<Event extends CallerEvent & HeaderEvent>(
  options?: RequireCallerOptions,
): CallerMiddleware<Event, WithCaller>;
export function requireCaller<Event extends CallerEvent & HeaderEvent>(
  options: OptionalCallerOptions,
): CallerMiddleware<Event, WithOptionalCaller>;
export function requireCaller({
  optional,
  scope,
  ...options
}: RequireCallerOptions | OptionalCallerOptions = {}) {
  return callerMiddleware(
    optional ? findOptional(scope, makeFindCaller(options)) : findRequired(scope, options.now),
  );
}

type WithLog = AuthorizerOptions & { readonly log: Log };

function authenticateWith({ env, ...options }: WithLog, prefetch: boolean): Authenticate {
  return makeAuthenticate(readAuthorizerConfig(env), { ...options, prefetch });
}
