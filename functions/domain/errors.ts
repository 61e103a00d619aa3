import { AppError } from '../../common/app-error.ts';
import type { Kind } from './kind.ts';

/** As much of a kind as its errors name. */
type Named = Pick<Kind<object>, 'name' | 'plural'>;

/** One thing that is wrong with a request. */
export interface Violation {
  /** `#/title` points into the body (a JSON pointer as URI fragment), `?limit` at a query parameter. */
  readonly pointer: string;
  /** The rest of a sentence that begins with the name of the field. */
  readonly detail: string;
}

/** The request was understood and breaks rules: of the contract's schemas or of the domain. */
export class InvalidRequest extends AppError {
  override readonly code = 'invalid_request';
  override readonly kind = 'invalid';
  readonly violations: readonly Violation[];
  constructor(violations: readonly Violation[]) {
    super('The request is not valid.');
    this.violations = violations;
  }
}

const capitalized = (name: string) => name.replace(/^./, (letter) => letter.toUpperCase());

/** There is no such record, or it is another user's: one error, so that no caller can tell. */
export class NotFound extends AppError {
  override readonly code: string;
  override readonly kind = 'not_found';
  constructor({ name }: Named) {
    super(`${capitalized(name)} not found`);
    this.code = `${name}_not_found`;
  }
}

/** The record exists in another version than the caller expected. */
export class StaleVersion extends AppError {
  override readonly code = 'stale_version';
  override readonly kind = 'stale';
  constructor({ name }: Named) {
    super(`The ${name} has changed since the version in If-Match. Read it again.`);
  }
}

/** A client used one Idempotency-Key for two records, so it cannot be told which of them it means. */
export class IdempotencyKeyReused extends AppError {
  override readonly code = 'idempotency_key_reused';
  override readonly kind = 'invalid';
  constructor({ name }: Named) {
    super(`This Idempotency-Key was used for another ${name}. Use a new key for each ${name}.`);
  }
}

/** One user's records have outgrown what one partition with an index can hold (10 GB). */
export class StorageFull extends AppError {
  override readonly code = 'storage_full';
  override readonly kind = 'conflict';
  constructor({ plural }: Named, options?: ErrorOptions) {
    super(`Your ${plural} use all the storage that one user has. Delete some first.`, options);
  }
}

/** The store throttles, does not answer in time, or is away. */
export class StoreUnavailable extends AppError {
  override readonly code = 'service_unavailable';
  override readonly kind = 'unavailable';
  constructor(options?: ErrorOptions) {
    super('The service is not available at the moment. Try again shortly.', options);
  }
}
