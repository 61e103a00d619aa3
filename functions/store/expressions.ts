import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TaskFields } from '../domain/task.ts';
import type { ExpectedVersion, TaskUpdate } from '../domain/task-store.ts';
import { completionKey, toAttribute } from './task-item.ts';

/** No task has this version; a condition on it tells a missing task from a stale one and never holds. */
const NO_VERSION = 0;

/** The condition that the task exists, in one of the expected versions; a missing task has no version. */
export function existsAs(expected: ExpectedVersion) {
  if (expected === 'any') return { ConditionExpression: 'attribute_exists(id)' };
  const versions = expected.length === 0 ? [NO_VERSION] : expected;
  const values = Object.fromEntries(versions.map((version, index) => [`:v${index}`, { N: String(version) }]));
  return {
    ConditionExpression: `version IN (${Object.keys(values).join(', ')})`,
    ExpressionAttributeValues: values,
  };
}

/**
 * Sets the given fields only, so that updates of different fields do not undo each other; counts the version up.
 *
 * @param changeId of this update alone: sent a second time in a row it is refused, and not counted twice.
 */
export function toUpdate(id: string, { changes, expected, nowMs }: TaskUpdate, changeId: string) {
  const set: Record<string, AttributeValue> = {
    updatedAt: { S: new Date(nowMs).toISOString() },
    changeId: { S: changeId },
  };
  for (const [field, value] of Object.entries(changes)) {
    set[field] = toAttribute(field as keyof TaskFields, value);
  }
  if (changes.completed !== undefined) set['completedId'] = { S: completionKey(changes.completed, id) };
  const fields = Object.keys(set);
  const condition = existsAs(expected);
  return {
    UpdateExpression: `SET ${fields.map((field) => `#${field} = :${field}`).join(', ')} ADD version :one`,
    ConditionExpression: `${condition.ConditionExpression} AND (attribute_not_exists(changeId) OR changeId <> :changeId)`,
    ExpressionAttributeNames: Object.fromEntries(fields.map((field) => [`#${field}`, field])),
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(Object.entries(set).map(([field, value]) => [`:${field}`, value])),
      ':one': { N: '1' },
    },
  };
}
