import { type AppError, isAppError } from '../common/app-error.ts';
import type { Identity } from '../common/identity.ts';
import { type CallerEvent, type FindCaller, readCaller } from './caller.ts';
import { type HeaderEvent, readAuthorization } from './events.ts';
import { InsufficientScope, requireScope } from './scope.ts';

/** What a handler behind the middleware finds in its event. */
export interface WithCaller {
  readonly caller: Identity;
}

/** What a handler finds in its event when the caller may be unknown. */
export interface WithOptionalCaller {
  readonly caller: Identity | undefined;
}

/** The reply to a caller who is refused. */
export interface RefusalReply {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

type MiddlewareEvent = CallerEvent & HeaderEvent;

/** A middy middleware, of any version of middy. */
export interface CallerMiddleware<Event extends MiddlewareEvent, Found> {
  readonly before: (request: { event: Event & Found }) => Promise<RefusalReply | undefined>;
}

const STATUS: Readonly<Record<string, number>> = { unauthenticated: 401, forbidden: 403, unavailable: 503 };

/** Reads the caller with `find` and adds it to the event, or answers why not. Other errors go on to middy. */
export function callerMiddleware<Event extends MiddlewareEvent, Found>(
  find: (event: MiddlewareEvent) => Promise<Identity | undefined>,
): CallerMiddleware<Event, Found> {
  return {
    before: async ({ event }) => {
      try {
        Object.assign(event, { caller: await find(event) });
        return undefined;
      } catch (error) {
        if (isAppError(error) && STATUS[error.kind] !== undefined) return refusalReply(error);
        throw error;
      }
    },
  };
}

/** The caller that the authorizer of the route told. */
export function findRequired(scope: string | undefined, now: (() => number) | undefined) {
  return async (event: MiddlewareEvent): Promise<Identity> => readCaller(event, { scope, now });
}

/** The caller of a route without an authorizer: the token is verified here. */
export function findOptional(scope: string | undefined, findCaller: FindCaller) {
  return async (event: MiddlewareEvent): Promise<Identity | undefined> => {
    const caller = await findCaller(readAuthorization(event));
    if (caller !== undefined && scope !== undefined) requireScope(caller, scope);
    return caller;
  };
}

/** Problem details (RFC 9457). The sentences hold no quote, so they are safe in the header. */
function refusalReply(error: AppError): RefusalReply {
  const statusCode = STATUS[error.kind] ?? 500;
  const scope = error instanceof InsufficientScope ? error.scope : undefined;
  return {
    statusCode,
    headers: { 'Content-Type': 'application/problem+json', ...challenge(error, scope) },
    body: JSON.stringify({
      type: 'about:blank',
      status: statusCode,
      code: error.code,
      detail: error.message,
      scope,
    }),
  };
}

/** RFC 6750 §3. */
function challenge({ kind, message }: AppError, scope: string | undefined): Record<string, string> {
  if (kind === 'unavailable') return { 'Retry-After': '1' };
  return kind === 'forbidden'
    ? { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` }
    : { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${message}"` };
}
