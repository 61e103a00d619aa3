/**
 * What went wrong, in words that name no transport. `functions/http/problem.ts` is the one table that makes them
 * statuses.
 */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'rate_limited'
  | 'unavailable';

/**
 * An error a caller is told about. `message` is a sentence for that caller. It never holds a token, a secret, a key
 * or a table name. `code` is public, stable and never reused. Match on `code`: minifying renames classes.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
}

/** True for every {@link AppError}, also one from another copy of this module (two bundles in one process). */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && 'code' in error && 'kind' in error && typeof error.code === 'string';
}
