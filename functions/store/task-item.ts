import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Task, TaskFields } from '../domain/task.ts';
import type { TaskKey } from '../domain/task-store.ts';

export type Item = Record<string, AttributeValue>;

/** The local secondary index that finds completed or open tasks; local, because only such an index reads consistently. */
export const BY_COMPLETION = 'byCompletion';

/**
 * Every range key of a task lies between these. Records of other kinds share the partition of their user, and their
 * range keys begin with `~`, outside.
 */
export const FIRST_ID = '0';
export const LAST_ID = 'g';

export function toKey({ ownerId, id }: TaskKey): Item {
  return { userId: { S: ownerId }, id: { S: id } };
}

/** The range key of {@link BY_COMPLETION}: completion first, then creation order. */
export function completionKey(completed: boolean, id = ''): string {
  return `${completed ? 1 : 0}#${id}`;
}

/** The stored form of a field. */
export function toAttribute(field: keyof TaskFields, value: TaskFields[keyof TaskFields]): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  return field === 'order' ? { N: String(value) } : { S: String(value) };
}

export function toItem(task: Task): Item {
  const { title, description, completed, order, dueAt } = task;
  return {
    ...toKey(task),
    completedId: { S: completionKey(completed, task.id) },
    title: toAttribute('title', title),
    description: toAttribute('description', description),
    completed: toAttribute('completed', completed),
    order: toAttribute('order', order),
    dueAt: toAttribute('dueAt', dueAt),
    createdAt: { S: task.createdAt },
    updatedAt: { S: task.updatedAt },
    version: { N: String(task.version) },
  };
}

/** Inverse of {@link toItem}. @throws {TypeError} for an item that is no task: a 500, never half a task. */
export function readItem(item: Item): Task {
  return {
    id: requireText(item, 'id'),
    ownerId: requireText(item, 'userId'),
    title: requireText(item, 'title'),
    description: requireText(item, 'description'),
    completed: item['completed']?.BOOL === true,
    order: item['order']?.N === undefined ? null : Number(item['order'].N),
    dueAt: item['dueAt']?.S ?? null,
    createdAt: requireText(item, 'createdAt'),
    updatedAt: requireText(item, 'updatedAt'),
    version: Number(item['version']?.N),
  };
}

function requireText(item: Item, attribute: string): string {
  const text = item[attribute]?.S;
  if (text === undefined) throw new TypeError(`a stored task has no ${attribute}`);
  return text;
}
