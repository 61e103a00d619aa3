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

export interface Removal {
  /** Keep open tasks, also one that is re-opened while the removal runs. */
  readonly onlyCompleted: boolean;
  /** Asked before each step. */
  readonly outOfTime: () => boolean;
}

/**
 * Tasks, each under its owner. The promises are `describeTaskStore` in tests/support; every implementation runs it.
 *
 * Reads see every write that was acknowledged before. All methods throw `StoreUnavailable` when the store cannot be
 * had, and nothing has been half done when they do, `removeAll` excepted.
 */
export interface TaskStore {
  /** @throws {StorageFull} */
  add(task: Task): Promise<void>;
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
  /** Removes the tasks that exist when it is called. `finished` is false when it ran out of time. */
  removeAll(ownerId: string, removal: Removal): Promise<{ removed: number; finished: boolean }>;
}
