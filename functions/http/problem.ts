import { type AppError, type ErrorKind, isAppError } from '../../common/app-error.ts';
import type { Violation } from '../domain/errors.ts';
import type { Reply } from './endpoint.ts';
import type { ErrorCode } from './generated/error-codes.ts';

/** The one table that makes error kinds HTTP statuses, with the phrase of RFC 9110. */
const STATUS = {
  malformed: [400, 'Bad Request'],
  unauthenticated: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  not_found: [404, 'Not Found'],
  conflict: [409, 'Conflict'],
  stale: [412, 'Precondition Failed'],
  too_large: [413, 'Content Too Large'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  invalid: [422, 'Unprocessable Content'],
  rate_limited: [429, 'Too Many Requests'],
  unavailable: [503, 'Service Unavailable'],
} as const satisfies Record<ErrorKind, readonly [number, string]>;

/** Seconds to wait when the error itself does not know better. */
const RETRY_AFTER_S = 1;

/** What an error may carry for the reply in addition to its code, kind and sentence. */
interface Extras {
  readonly violations?: readonly Violation[];
  readonly retryAfterS?: number;
  /** What a client has to ask its user for. */
  readonly scope?: string;
}

/** The reply to an error. Anything that is not an {@link AppError} is our fault and says nothing about itself. */
export function problemReply(error: unknown, requestId: string): Reply {
  if (!isAppError(error)) {
    return problem(
      { status: 500, title: 'Internal Server Error' },
      {
        detail: 'Something went wrong on our side.',
        code: 'internal_error' satisfies ErrorCode,
        requestId,
      },
    );
  }
  const [status, title] = STATUS[error.kind];
  const { violations, scope } = error as Extras;
  const members = {
    detail: error.message,
    code: error.code,
    requestId,
    ...(violations && { errors: violations }),
    ...(scope !== undefined && { scope }),
  };
  return problem({ status, title, headers: headersOf(error) }, members);
}

function problem(
  head: { status: number; title: string; headers?: Record<string, string> },
  members: object,
): Reply {
  const { status, title, headers } = head;
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: { type: 'about:blank', title, status, ...members },
  };
}

function headersOf(error: AppError & Extras): Record<string, string> {
  if (error.kind === 'unauthenticated') {
    return {
      'WWW-Authenticate': `Bearer realm="todo", error="invalid_token", error_description="${error.message}"`,
    };
  }
  if (error.kind === 'unavailable' || error.kind === 'rate_limited') {
    return { 'Retry-After': String(error.retryAfterS ?? RETRY_AFTER_S) };
  }
  return {};
}
