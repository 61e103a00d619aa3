import { StorageFull, StoreUnavailable } from '../domain/errors.ts';
import type { Kind } from '../domain/kind.ts';

type Named = Pick<Kind<object>, 'name' | 'plural'>;

/** Names under which DynamoDB, or the way to it, says "not now". A missing name counts as our fault: a 500. */
const NOT_NOW: ReadonlySet<string> = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'TimeoutError',
  'TransactionInProgressException',
]);

/** Node's codes for a connection that was not made, or was cut. */
const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

interface AwsError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** Waits for a request. What DynamoDB answers about itself becomes a domain error; what is our fault stays as it is. */
export async function withDomainErrors<Result>(kind: Named, request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    throw domainError(kind, error as AwsError);
  }
}

function domainError(kind: Named, error: AwsError): unknown {
  if (error.name === 'ItemCollectionSizeLimitExceededException')
    return new StorageFull(kind, { cause: error });
  const unavailable =
    NOT_NOW.has(error.name) ||
    NO_CONNECTION.has(String(error.code)) ||
    (error.$metadata?.httpStatusCode ?? 0) >= 500;
  return unavailable ? new StoreUnavailable({ cause: error }) : error;
}

/** A condition that did not hold. */
export interface ConditionFailure {
  /**
   * An attempt before this one may have been carried out without its answer reaching us, so the condition may have
   * failed on our own work.
   */
  readonly retried: boolean;
}

/** `undefined` when the error is another one. */
export function findConditionFailure(error: unknown): ConditionFailure | undefined {
  const { name, $metadata } = error as AwsError;
  if (name !== 'ConditionalCheckFailedException') return undefined;
  return { retried: ($metadata?.attempts ?? 1) > 1 };
}
