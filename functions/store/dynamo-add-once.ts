import { createHash, createHmac } from 'node:crypto';
import { IdempotencyKeyReused } from '../domain/errors.ts';
import { fieldNames, type Kind, type RecordOf } from '../domain/kind.ts';
import { IDEMPOTENCY_KEY_LIFETIME_S, type IdempotencyKey } from '../domain/record-store.ts';
import { findConditionFailure } from './dynamo-errors.ts';
import type { Operations } from './dynamo-operations.ts';
import { type Item, toRawKey } from './item.ts';
import { ITEM_DOES_NOT_EXIST, ITEM_EXISTS, type KindTable, putNewRecord, type Table } from './table.ts';

/** A record that expires between our write and our read leaves neither; then the whole is tried again. */
const TRIES_MAX = 3;

/** Condition: the key has expired. DynamoDB removes an expired item some time after it expired. */
const KEY_EXPIRED = 'expiresAt <= :now';

/**
 * What is known of a key: the record it stands for, and whether that has been written. Of what the user wrote it holds only
 * a hash, so that no text is left when the record is deleted.
 */
interface KeyRecord {
  readonly recordId: string;
  readonly createdAt: string;
  /** Of the fields, under the key itself: no one can try titles against it without the key. */
  readonly fieldsHash: string;
  readonly written: boolean;
}

/**
 * Three writes of one item each, because no write spans two items everywhere this runs. First the key with the record it
 * will stand for, then the record, then the note that it is written. A call that finds a key without the note writes the
 * record, which fails harmlessly when it is there. So a call that was cut off is finished by the next. A call that finds the
 * note writes nothing, so a record that was deleted since does not come back (but see docs/adr/0013).
 */
export async function addRecordOnce<Fields>(
  table: KindTable<Fields>,
  record: RecordOf<Fields>,
  key: IdempotencyKey,
) {
  const rangeKey = `~key#${table.kind.keyPrefix}${hashKey(key.key)}`;
  const recordKey = toRawKey(record.ownerId, rangeKey);
  const fieldsHash = hashFields(table.kind, record, key.key);
  const found = await takeKey(table, recordKey, { record, fieldsHash, nowMs: key.nowMs });
  if (found !== undefined && found.fieldsHash !== fieldsHash) throw new IdempotencyKeyReused(table.kind);
  const { written } = found ?? { written: false };
  const added = found === undefined ? record : firstRecord(record, found);
  if (!written) {
    await writeRecord(table, added);
    await noteWritten(table, recordKey);
  }
  return { record: added, replayed: found !== undefined };
}

/** The record as it was added the first time: the fields are the same, the rest is remembered. */
function firstRecord<Fields>(record: RecordOf<Fields>, { recordId, createdAt }: KeyRecord): RecordOf<Fields> {
  return { ...record, id: recordId, createdAt, updatedAt: createdAt };
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function hashFields<Fields>(kind: Kind<Fields>, record: RecordOf<Fields>, key: string): string {
  const fields = JSON.stringify(fieldNames(kind).map((name) => record[name]));
  return createHmac('sha256', key).update(fields).digest('base64url');
}

/** Takes the key for the record. `undefined` when it was free, otherwise the record that it belongs to. */
async function takeKey<Fields>(
  table: KindTable<Fields>,
  recordKey: Item,
  { record, fieldsHash, nowMs }: { record: RecordOf<Fields>; fieldsHash: string; nowMs: number },
): Promise<KeyRecord | undefined> {
  const nowS = Math.floor(nowMs / 1000);
  const put: Operations['PutItem']['input'] = {
    TableName: table.tableName,
    Item: {
      ...recordKey,
      // The name is that of the first kind, in which records of deployed stages have it.
      taskId: { S: record.id },
      createdAt: { S: record.createdAt },
      fieldsHash: { S: fieldsHash },
      written: { BOOL: false },
      expiresAt: { N: String(nowS + IDEMPOTENCY_KEY_LIFETIME_S) },
    },
    ConditionExpression: `${ITEM_DOES_NOT_EXIST} OR ${KEY_EXPIRED}`,
    ExpressionAttributeValues: { ':now': { N: String(nowS) } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  for (let tries = 1; ; tries++) {
    try {
      await table.client.send('PutItem', put);
      return undefined;
    } catch (error) {
      if (findConditionFailure(error) === undefined) throw error;
      const found = (error as { Item?: Item }).Item ?? (await readKeyItem(table, recordKey));
      if (found !== undefined) return ownTry(readKeyRecord(found), record.id);
      if (tries === TRIES_MAX) throw error;
    }
  }
}

/** When the key belongs to the record of this call, an earlier attempt of this call took it, and its answer was lost. */
function ownTry(found: KeyRecord, id: string): KeyRecord | undefined {
  return found.recordId === id ? undefined : found;
}

async function readKeyItem({ client, tableName }: Table, recordKey: Item): Promise<Item | undefined> {
  const { Item } = await client.send('GetItem', {
    TableName: tableName,
    Key: recordKey,
    ConsistentRead: true,
  });
  return Item;
}

function readKeyRecord({ taskId, createdAt, fieldsHash, written }: Item): KeyRecord {
  if (taskId?.S === undefined || createdAt?.S === undefined || fieldsHash?.S === undefined) {
    throw new TypeError('a stored key stands for no record');
  }
  return {
    recordId: taskId.S,
    createdAt: createdAt.S,
    fieldsHash: fieldsHash.S,
    written: written?.BOOL === true,
  };
}

async function writeRecord<Fields>(table: KindTable<Fields>, record: RecordOf<Fields>): Promise<void> {
  try {
    await putNewRecord(table, record);
  } catch (error) {
    if (findConditionFailure(error) === undefined) throw error;
  }
}

/** The record is there for a day, so its absence means that no call will ask for it again. */
async function noteWritten({ client, tableName }: Table, recordKey: Item): Promise<void> {
  try {
    await client.send('UpdateItem', {
      TableName: tableName,
      Key: recordKey,
      UpdateExpression: 'SET written = :true',
      ConditionExpression: ITEM_EXISTS,
      ExpressionAttributeValues: { ':true': { BOOL: true } },
    });
  } catch (error) {
    if (findConditionFailure(error) === undefined) throw error;
  }
}
