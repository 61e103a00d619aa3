import { createHash } from 'node:crypto';
import type middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isAppError } from '../../common/app-error.ts';
import { ConfigError } from '../../common/env.ts';
import { findFrames, publishFault } from '../../common/fault.ts';
import type { Log, LogFields } from '../../common/log.ts';
import type { FunctionName } from './contract.ts';
import { readRequestId } from './event.ts';

type Request = middy.Request<APIGatewayProxyEvent, APIGatewayProxyResult>;

/**
 * One line per request. Of the caller it holds a hash, of an error its name, codes and frames: its message may hold data.
 *
 * @param log asked for when the line is written, because a function that cannot start has none of its own.
 */
export function accessLog(
  operation: FunctionName,
  log: () => Log,
): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const begun = new WeakMap<object, number>();
  const write = (request: Request) => {
    const status = request.response?.statusCode ?? 500;
    const fields = {
      requestId: readRequestId(request.event),
      operation,
      status,
      ms: Math.round(nowMs() - (begun.get(request.event) ?? nowMs())),
      ...callerField(request.event),
      ...errorFields(request.error),
    };
    if (isFault(request.error)) publishFault({ operation, error: request.error });
    log()[status >= 500 ? 'error' : 'info']('request', fields);
  };
  return {
    before: (request) => {
      begun.set(request.event, nowMs());
    },
    after: write,
    onError: write,
  };
}

/** A clock that is never set. `performance.now()` would load nine modules of Node, a millisecond of a cold start. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A hash: it finds the requests of a user whose id is known, and does not show the id. */
function callerField(event: APIGatewayProxyEvent): LogFields {
  const userId: unknown = event.requestContext.authorizer?.['userId'];
  if (typeof userId !== 'string') return {};
  return { userHash: createHash('sha256').update(userId).digest('hex').slice(0, 16) };
}

/** Unforeseen, or foreseen because of another error: a storage that is away. */
function isFault(error: unknown): boolean {
  if (error === undefined || error === null) return false;
  return !isAppError(error) || (error.kind === 'unavailable' && error.cause !== undefined);
}

function errorFields(error: unknown): LogFields {
  if (error === undefined || error === null) return {};
  if (isAppError(error)) return { code: error.code, ...causeFields(error.cause) };
  const frames = findFrames(error);
  return {
    code: 'internal_error',
    ...causeFields(error),
    ...(frames.length > 0 && { frames: frames.join(' < ') }),
  };
}

function causeFields(cause: unknown): LogFields {
  if (!(cause instanceof Error)) return {};
  const { code } = cause as { code?: unknown };
  // The sentence of a configuration error is made to be read and holds no value.
  const detail = cause instanceof ConfigError ? { detail: cause.message } : {};
  return { error: cause.name, ...(typeof code === 'string' && { errorCode: code }), ...detail };
}
