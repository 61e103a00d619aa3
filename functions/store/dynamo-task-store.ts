import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { StaleTask, TaskNotFound } from '../domain/errors.ts';
import type { Task } from '../domain/task.ts';
import type { ExpectedVersion, TaskKey, TaskStore } from '../domain/task-store.ts';
import { addTaskOnce } from './dynamo-add-once.ts';
import { findConditionFailure, translated } from './dynamo-errors.ts';
import { listTasksIn } from './dynamo-list.ts';
import { removeAllIn } from './dynamo-remove-all.ts';
import { existsAs, toUpdate } from './expressions.ts';
import { putNewTask } from './put-new-task.ts';
import { readItem, toKey } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/** Tasks in one DynamoDB table, one item each. Every method is one request, `removeAll` excepted. */
export function makeDynamoTaskStore(table: TaskTable): TaskStore {
  return {
    add: (task) => translated(addTask(table, task)),
    addOnce: (task, key) => translated(addTaskOnce(table, task, key)),
    find: (key) => translated(findTask(table, key)),
    list: (query) => translated(listTasksIn(table, query)),
    update: (key, update) => translated(updateTask(table, key, update)),
    remove: (key, expected) => translated(removeTask(table, key, expected)),
    removeAll: (ownerId, removal) => translated(removeAllIn(table, ownerId, removal)),
  };
}

async function addTask(table: TaskTable, task: Task): Promise<void> {
  try {
    await putNewTask(table, task);
  } catch (error) {
    // The id is ours alone: when it is taken and an attempt came before, that attempt took it.
    if (!findConditionFailure(error)?.retried) throw error;
  }
}

async function findTask({ client, tableName }: TaskTable, key: TaskKey): Promise<Task | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: toKey(key), ConsistentRead: true }),
  );
  return Item && readItem(Item);
}

async function updateTask(
  table: TaskTable,
  key: TaskKey,
  update: Parameters<TaskStore['update']>[1],
): Promise<Task> {
  if (Object.keys(update.changes).length === 0) return requireVersion(table, key, update.expected);
  const changeId = randomUUID();
  try {
    const { Attributes = {} } = await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: toKey(key),
        ...toUpdate(key.id, update, changeId),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return readItem(Attributes);
  } catch (error) {
    const changed = await findOwnChange(table, key, { error, changeId, expected: update.expected });
    if (changed !== undefined) return changed;
    throw await refusal(table, key, { error, expected: update.expected });
  }
}

/**
 * The task, when what refused an update was an earlier attempt of the same update, whose answer was lost. Without an
 * expected version nothing else can refuse the update of a task that exists.
 */
async function findOwnChange(
  { client, tableName }: TaskTable,
  key: TaskKey,
  { error, changeId, expected }: { error: unknown; changeId: string; expected: ExpectedVersion },
): Promise<Task | undefined> {
  if (!findConditionFailure(error)?.retried) return undefined;
  const found = await client.send(
    new GetItemCommand({ TableName: tableName, Key: toKey(key), ConsistentRead: true }),
  );
  const isOwn = expected === 'any' || found.Item?.['changeId']?.S === changeId;
  return isOwn && found.Item ? readItem(found.Item) : undefined;
}

async function removeTask(table: TaskTable, key: TaskKey, expected: ExpectedVersion): Promise<void> {
  try {
    await table.client.send(
      new DeleteItemCommand({
        TableName: table.tableName,
        Key: toKey(key),
        ...existsAs(expected),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    const refused = await refusal(table, key, { error, expected });
    // An attempt whose answer was lost has deleted it.
    if (refused instanceof TaskNotFound && findConditionFailure(error)?.retried) return;
    throw refused;
  }
}

/** What an update of nothing answers: the task as it is, if it is the expected one. */
async function requireVersion(table: TaskTable, key: TaskKey, expected: ExpectedVersion): Promise<Task> {
  const task = await findTask(table, key);
  if (task === undefined) throw new TaskNotFound();
  if (expected !== 'any' && !expected.includes(task.version)) throw new StaleTask();
  return task;
}

/**
 * Why a condition did not hold. Without an expected version the task can only be missing. With one DynamoDB sends the
 * item along, which tells; dynalite does not, and then the item is read.
 */
async function refusal(
  table: TaskTable,
  key: TaskKey,
  { error, expected }: { error: unknown; expected: ExpectedVersion },
): Promise<unknown> {
  if (findConditionFailure(error) === undefined) return error;
  if (expected === 'any') return new TaskNotFound();
  const { Item } = error as { Item?: object };
  const exists = Item !== undefined || (await findTask(table, key)) !== undefined;
  return exists ? new StaleTask() : new TaskNotFound();
}
