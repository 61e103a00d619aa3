import { isAppError } from '../common/app-error.ts';
import { type Identity, readAuthorizerContext, requireUnexpired } from '../common/identity.ts';
import type { Authenticate } from './authenticate.ts';
import { requireScope } from './scope.ts';

/** An event of a REST API, or of an HTTP API with payload format 2.0. */
export interface CallerEvent {
  readonly requestContext: { readonly authorizer?: unknown };
}

export interface ReadCallerOptions {
  /** The scope that a client needs. A user in a session of their own needs none. */
  readonly scope?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/**
 * Who the authorizer says is calling.
 *
 * @throws {TypeError} when the route has no authorizer: answer 500, never as an anonymous caller.
 * @throws {TokenExpired} when the token expired while API Gateway held the answer of the authorizer.
 * @throws {InsufficientScope} when the token is a client's and has another scope.
 */
export function readCaller(event: CallerEvent, { scope, now = Date.now }: ReadCallerOptions = {}): Identity {
  const caller = readAuthorizerContext(contextOf(event));
  requireUnexpired(caller, now());
  if (scope !== undefined) requireScope(caller, scope);
  return caller;
}

/** HTTP APIs put the context of a Lambda authorizer one level deeper. Values of a REST context are texts. */
function contextOf({ requestContext }: CallerEvent): unknown {
  const { authorizer } = requestContext;
  const { lambda } = Object(authorizer) as { lambda?: unknown };
  return typeof lambda === 'object' ? lambda : authorizer;
}

/** The value of the Authorization header → who is calling, or `undefined`. */
export type FindCaller = (authorization: string | undefined) => Promise<Identity | undefined>;

/**
 * For routes that a caller may use without being known: a token that is not valid counts as none. When that cannot be
 * decided, the error goes on, because `undefined` would make a client sign its user out.
 */
export function findCallerBy(authenticate: Authenticate): FindCaller {
  return async (authorization) => {
    try {
      return await authenticate(authorization);
    } catch (error) {
      if (isAppError(error) && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  };
}
