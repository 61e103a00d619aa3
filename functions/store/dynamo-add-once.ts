import { createHash, createHmac } from 'node:crypto';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { IdempotencyKeyReused } from '../domain/errors.ts';
import type { Task } from '../domain/task.ts';
import { IDEMPOTENCY_KEY_LIFETIME_S, type IdempotencyKey } from '../domain/task-store.ts';
import { findConditionFailure } from './dynamo-errors.ts';
import { putNewTask } from './put-new-task.ts';
import { type Item, toKey } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/** A record that expires between our write and our read leaves neither; then the whole is tried again. */
const TRIES_MAX = 3;

/**
 * What is known of a key: the task it stands for, and whether that task has been written. Of what the user wrote it
 * holds only a hash, so that nothing of a task is left when the task is deleted.
 */
interface KeyRecord {
  readonly taskId: string;
  readonly createdAt: string;
  /** Of the fields, under the key itself: without the key nobody can try titles against it. */
  readonly fieldsHash: string;
  readonly written: boolean;
}

/**
 * Three writes of one item each, because no write spans two items everywhere this runs. First the key with the task
 * it will stand for, then the task, then the note that it is written. Whoever finds a key without the note writes the
 * task, which fails harmlessly when it is there: so a call that was cut off is finished by the next. Whoever finds the
 * note writes nothing any more, so a task that was deleted since does not come back (but see docs/adr/0013).
 */
export async function addTaskOnce(table: TaskTable, task: Task, key: IdempotencyKey) {
  const recordKey = toKey({ ownerId: task.ownerId, id: `~key#${hashKey(key.key)}` });
  const fieldsHash = hashFields(task, key.key);
  const found = await takeKey(table, recordKey, { task, fieldsHash, nowMs: key.nowMs });
  if (found !== undefined && found.fieldsHash !== fieldsHash) throw new IdempotencyKeyReused();
  const { written } = found ?? { written: false };
  const added = found === undefined ? task : firstTask(task, found);
  if (!written) {
    await writeTask(table, added);
    await noteWritten(table, recordKey);
  }
  return { task: added, replayed: found !== undefined };
}

/** The task as it was added the first time: the fields are the same, the rest is remembered. */
function firstTask(task: Task, { taskId, createdAt }: KeyRecord): Task {
  return { ...task, id: taskId, createdAt, updatedAt: createdAt };
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function hashFields({ title, description, completed, order, dueAt }: Task, key: string): string {
  const fields = JSON.stringify([title, description, completed, order, dueAt]);
  return createHmac('sha256', key).update(fields).digest('base64url');
}

/** Takes the key for the task. `undefined` when it was free, or else what it stands for already. */
async function takeKey(
  table: TaskTable,
  recordKey: Item,
  { task, fieldsHash, nowMs }: { task: Task; fieldsHash: string; nowMs: number },
): Promise<KeyRecord | undefined> {
  const nowS = Math.floor(nowMs / 1000);
  const put = new PutItemCommand({
    TableName: table.tableName,
    Item: {
      ...recordKey,
      taskId: { S: task.id },
      createdAt: { S: task.createdAt },
      fieldsHash: { S: fieldsHash },
      written: { BOOL: false },
      expiresAt: { N: String(nowS + IDEMPOTENCY_KEY_LIFETIME_S) },
    },
    // DynamoDB removes an expired item some time after it expired.
    ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
    ExpressionAttributeValues: { ':now': { N: String(nowS) } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  for (let tries = 1; ; tries++) {
    try {
      await table.client.send(put);
      return undefined;
    } catch (error) {
      if (findConditionFailure(error) === undefined) throw error;
      const record = (error as { Item?: Item }).Item ?? (await readRecord(table, recordKey));
      if (record !== undefined) return ownTry(readRecordItem(record), task);
      if (tries === TRIES_MAX) throw error;
    }
  }
}

/** A key that stands for the very task of this call was taken by an earlier try of it whose answer was lost. */
function ownTry(record: KeyRecord, task: Task): KeyRecord | undefined {
  return record.taskId === task.id ? undefined : record;
}

async function readRecord({ client, tableName }: TaskTable, recordKey: Item): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: recordKey, ConsistentRead: true }),
  );
  return Item;
}

function readRecordItem({ taskId, createdAt, fieldsHash, written }: Item): KeyRecord {
  if (taskId?.S === undefined || createdAt?.S === undefined || fieldsHash?.S === undefined) {
    throw new TypeError('a stored key stands for no task');
  }
  return {
    taskId: taskId.S,
    createdAt: createdAt.S,
    fieldsHash: fieldsHash.S,
    written: written?.BOOL === true,
  };
}

async function writeTask(table: TaskTable, task: Task): Promise<void> {
  try {
    await putNewTask(table, task);
  } catch (error) {
    if (findConditionFailure(error) === undefined) throw error;
  }
}

/** The record is there for a day, so its absence means that nobody will ask for it again. */
async function noteWritten({ client, tableName }: TaskTable, recordKey: Item): Promise<void> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: recordKey,
        UpdateExpression: 'SET written = :true',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':true': { BOOL: true } },
      }),
    );
  } catch (error) {
    if (findConditionFailure(error) === undefined) throw error;
  }
}
