import { Refusal } from './refusals.ts';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * The key as the client wrote it, quoted or not. `undefined` when there is none.
 *
 * @throws {Refusal} for one that cannot be remembered: without it a record would be created twice.
 */
export function findIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || PRINTABLE.test(header)) return header;
  throw new Refusal('malformed_idempotency_key');
}
