import type { OwnedKey, RecordOf } from './kind.ts';

/** The versions a change may be based on. `any` still asks for the task to exist. */
export type ExpectedVersion = 'any' | readonly number[];

export interface RecordQuery {
  readonly ownerId: string;
  /** Only records whose filter field has this value; `undefined` for all. */
  readonly filter: boolean | undefined;
  readonly newestFirst: boolean;
  /** The id after which the page begins, which need not exist any more. */
  readonly after: string | undefined;
  /** Most records on the page. */
  readonly limit: number;
}

export interface Page<Fields> {
  readonly records: readonly RecordOf<Fields>[];
  /** Whether there are records after the last one of this page. True only when the page has one. */
  readonly more: boolean;
}

export interface RecordUpdate<Fields> {
  /** What is absent keeps its value. */
  readonly changes: Partial<Fields>;
  readonly expected: ExpectedVersion;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A client's promise that requests with this key are one request that it repeats. */
export interface IdempotencyKey {
  /** Chosen by the client; it means something only together with the owner. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** How long a key is remembered, in seconds. A request that is repeated later creates a second record. */
export const IDEMPOTENCY_KEY_LIFETIME_S = 24 * 60 * 60;

export interface Removal {
  /** Remove only records whose filter field is true. A record whose field changes during the removal is kept. */
  readonly onlyFiltered: boolean;
  /** Asked before each step. */
  readonly outOfTime: () => boolean;
  /** Aborted when no one waits for the outcome any more: no step begins, and those under way are given up. */
  readonly signal: AbortSignal;
}

/**
 * Records of one kind, each under its owner. The promises are `describeStore` in support/; every implementation and every
 * kind runs it.
 *
 * Reads see every write that was acknowledged before. All methods throw `StoreUnavailable` when the store cannot be
 * reached, and nothing has been half done when they do, `removeAll` excepted.
 */
export interface RecordStore<Fields> {
  /** @throws {StorageFull} */
  add(record: RecordOf<Fields>): Promise<void>;
  /**
   * Adds the record unless its owner has used the key for this kind before. Then it returns the record as it was first
   * added, also when the record has changed or is deleted. Many calls at once, and calls that are
   * cut off, leave one record. The next call with the key finishes what was begun.
   *
   * @throws {IdempotencyKeyReused} when the key stands for other fields. @throws {StorageFull}
   */
  addOnce(
    record: RecordOf<Fields>,
    key: IdempotencyKey,
  ): Promise<{ record: RecordOf<Fields>; replayed: boolean }>;
  find(key: OwnedKey): Promise<RecordOf<Fields> | undefined>;
  list(query: RecordQuery): Promise<Page<Fields>>;
  /**
   * Sets the given fields and no other, and counts the version up, in one step.
   *
   * @throws {NotFound} before {@link StaleVersion}: a missing record has no version.
   */
  update(key: OwnedKey, update: RecordUpdate<Fields>): Promise<RecordOf<Fields>>;
  /** @throws {NotFound} before {@link StaleVersion}. */
  remove(key: OwnedKey, expected: ExpectedVersion): Promise<void>;
  /**
   * Removes the records that exist when it is called, and none that is added while it runs. `finished` is false when some
   * are left. Whether it returns or throws, it has stopped by then.
   */
  removeAll(ownerId: string, removal: Removal): Promise<{ removed: number; finished: boolean }>;
}
