import type { Task, TaskChanges } from './task.ts';

/** Where a task is. Always both: no operation finds a task by its id alone. */
export interface TaskKey {
  readonly ownerId: string;
  readonly id: string;
}

/** The versions a change may be based on. `any` still asks for the task to exist. */
export type ExpectedVersion = 'any' | readonly number[];

export interface TaskQuery {
  readonly ownerId: string;
  /** Only completed or only open tasks; `undefined` for both. */
  readonly completed: boolean | undefined;
  readonly newestFirst: boolean;
  /** The id after which the page begins, which need not exist any more. */
  readonly after: string | undefined;
  /** Most tasks on the page. */
  readonly limit: number;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** Whether there are tasks after the last one of this page. True only when the page has one. */
  readonly more: boolean;
}

export interface TaskUpdate {
  readonly changes: TaskChanges;
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

/** How long a key is remembered, in seconds. Whoever repeats a request later creates a second task. */
export const IDEMPOTENCY_KEY_LIFETIME_S = 24 * 60 * 60;

export interface Removal {
  /** Keep open tasks, also one that is re-opened while the removal runs. */
  readonly onlyCompleted: boolean;
  /** Asked before each step. */
  readonly outOfTime: () => boolean;
  /** Aborted when nobody waits for the outcome any more: no step begins, and those under way are given up. */
  readonly signal: AbortSignal;
}

/**
 * Tasks, each under its owner. The promises are `describeTaskStore` in support/; every implementation runs it.
 *
 * Reads see every write that was acknowledged before. All methods throw `StoreUnavailable` when the store cannot be
 * had, and nothing has been half done when they do, `removeAll` excepted.
 */
export interface TaskStore {
  /** @throws {StorageFull} */
  add(task: Task): Promise<void>;
  /**
   * Adds the task unless its owner has used the key before; then it gives back the task as it was added that time,
   * whatever has become of it since. However many calls come at once and wherever one of them is cut off, there is
   * one task, and the next call with the key finishes what was begun.
   *
   * @throws {IdempotencyKeyReused} when the key stands for other fields. @throws {StorageFull}
   */
  addOnce(task: Task, key: IdempotencyKey): Promise<{ task: Task; replayed: boolean }>;
  find(key: TaskKey): Promise<Task | undefined>;
  list(query: TaskQuery): Promise<TaskPage>;
  /**
   * Sets the given fields and no other, and counts the version up, in one step.
   *
   * @throws {TaskNotFound} before {@link StaleTask}: a missing task has no version.
   */
  update(key: TaskKey, update: TaskUpdate): Promise<Task>;
  /** @throws {TaskNotFound} before {@link StaleTask}. */
  remove(key: TaskKey, expected: ExpectedVersion): Promise<void>;
  /**
   * Removes the tasks that exist when it is called, and none that is added while it runs. `finished` is false when some
   * are left. Whether it returns or throws, it has stopped by then.
   */
  removeAll(ownerId: string, removal: Removal): Promise<{ removed: number; finished: boolean }>;
}
