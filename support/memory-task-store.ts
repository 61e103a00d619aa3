import { IdempotencyKeyReused, StaleTask, TaskNotFound } from '../functions/domain/errors.ts';
import { changeTask, type Task, type TaskFields } from '../functions/domain/task.ts';
import {
  type ExpectedVersion,
  IDEMPOTENCY_KEY_LIFETIME_S,
  type TaskKey,
  type TaskStore,
} from '../functions/domain/task-store.ts';

function haveSameFields(one: TaskFields, other: TaskFields): boolean {
  const fields = ['title', 'description', 'completed', 'order', 'dueAt'] as const;
  return fields.every((field) => one[field] === other[field]);
}

/** The port in a few lines, for tests that are not about DynamoDB and as a second reading of its promises. */
export function memoryTaskStore(): TaskStore {
  const tasks = new Map<string, Task>();
  const records = new Map<string, { task: Task; expiresAt: number }>();
  const nameOf = ({ ownerId, id }: TaskKey) => JSON.stringify([ownerId, id]);
  const require = (key: TaskKey, expected: ExpectedVersion): Task => {
    const task = tasks.get(nameOf(key));
    if (task === undefined) throw new TaskNotFound();
    if (expected !== 'any' && !expected.includes(task.version)) throw new StaleTask();
    return task;
  };
  const ownedBy = (ownerId: string) => [...tasks.values()].filter((task) => task.ownerId === ownerId);

  return {
    add: async (task) => void tasks.set(nameOf(task), task),
    addOnce: async (task, { key, nowMs }) => {
      const name = JSON.stringify([task.ownerId, key]);
      const record = records.get(name);
      if (record === undefined || record.expiresAt * 1000 <= nowMs) {
        records.set(name, { task, expiresAt: Math.floor(nowMs / 1000) + IDEMPOTENCY_KEY_LIFETIME_S });
        tasks.set(nameOf(task), task);
        return { task, replayed: false };
      }
      if (!haveSameFields(record.task, task)) throw new IdempotencyKeyReused();
      return { task: record.task, replayed: true };
    },
    find: async (key) => tasks.get(nameOf(key)),
    list: async ({ ownerId, completed, newestFirst, after, limit }) => {
      const sign = newestFirst ? -1 : 1;
      const rest = ownedBy(ownerId)
        .filter((task) => completed === undefined || task.completed === completed)
        .filter((task) => after === undefined || sign * task.id.localeCompare(after) > 0)
        .sort((one, other) => sign * one.id.localeCompare(other.id));
      return { tasks: rest.slice(0, limit), more: rest.length > limit };
    },
    update: async (key, { changes, expected, nowMs }) => {
      const task = require(key, expected);
      const changed = Object.keys(changes).length === 0 ? task : changeTask(task, changes, nowMs);
      tasks.set(nameOf(key), changed);
      return changed;
    },
    remove: async (key, expected) => {
      require(key, expected);
      tasks.delete(nameOf(key));
    },
    removeAll: async (ownerId, { onlyCompleted, outOfTime, signal }) => {
      let removed = 0;
      for (const task of ownedBy(ownerId).filter(({ completed }) => completed || !onlyCompleted)) {
        signal.throwIfAborted();
        if (outOfTime()) return { removed, finished: false };
        tasks.delete(nameOf(task));
        removed++;
      }
      return { removed, finished: true };
    },
  };
}
