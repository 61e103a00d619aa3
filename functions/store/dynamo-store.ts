import { randomUUID } from 'node:crypto';
import { NotFound, StaleVersion } from '../domain/errors.ts';
import type { OwnedKey, RecordOf } from '../domain/kind.ts';
import type { ExpectedVersion, RecordStore, RecordUpdate } from '../domain/record-store.ts';
import { addRecordOnce } from './dynamo-add-once.ts';
import { findConditionFailure, withDomainErrors } from './dynamo-errors.ts';
import { listRecords } from './dynamo-list.ts';
import { removeAllRecords } from './dynamo-remove-all.ts';
import { readItem, toKey } from './item.ts';
import { type KindTable, putNewRecord } from './table.ts';
import { toUpdate, versionCondition } from './update-expressions.ts';

/**
 * Records of one kind in one DynamoDB table, one item each. `add`, `find`, `update` and `remove` are one request, `list` one
 * for each megabyte it reads. `addOnce` makes three, and `removeAll` as many as there is to delete.
 */
export function makeDynamoStore<Fields>(table: KindTable<Fields>): RecordStore<Fields> {
  const asked = <Result>(request: Promise<Result>) => withDomainErrors(table.kind, request);
  return {
    add: (record) => asked(addRecord(table, record)),
    addOnce: (record, key) => asked(addRecordOnce(table, record, key)),
    find: (key) => asked(findRecord(table, key)),
    list: (query) => asked(listRecords(table, query)),
    update: (key, update) => asked(updateRecord(table, key, update)),
    remove: (key, expected) => asked(removeRecord(table, key, expected)),
    removeAll: (ownerId, removal) => asked(removeAllRecords(table, ownerId, removal)),
  };
}

async function addRecord<Fields>(table: KindTable<Fields>, record: RecordOf<Fields>): Promise<void> {
  try {
    await putNewRecord(table, record);
  } catch (error) {
    // The id is ours alone: when it is taken and an attempt came before, that attempt took it.
    if (!findConditionFailure(error)?.retried) throw error;
  }
}

async function findItem<Fields>({ client, tableName, kind }: KindTable<Fields>, key: OwnedKey) {
  const { Item } = await client.send('GetItem', {
    TableName: tableName,
    Key: toKey(kind, key),
    ConsistentRead: true,
  });
  return Item;
}

async function findRecord<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
): Promise<RecordOf<Fields> | undefined> {
  const item = await findItem(table, key);
  return item && readItem(table.kind, item);
}

async function updateRecord<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
  update: RecordUpdate<Fields>,
): Promise<RecordOf<Fields>> {
  const { kind, client, tableName } = table;
  if (Object.keys(update.changes).length === 0) return requireVersion(table, key, update.expected);
  const changeId = randomUUID();
  try {
    const { Attributes = {} } = await client.send('UpdateItem', {
      TableName: tableName,
      Key: toKey(kind, key),
      ...toUpdate(kind, key.id, { ...update, changeId }),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return readItem(kind, Attributes);
  } catch (error) {
    const changed = await findOwnChange(table, key, { error, changeId, expected: update.expected });
    if (changed !== undefined) return changed;
    throw await conditionError(table, key, { error, expected: update.expected });
  }
}

/**
 * The record, when an earlier attempt of the same update was carried out and its answer was lost. Then the condition of the
 * repeated attempt fails. Without an expected version nothing else makes it fail for a record that exists.
 */
async function findOwnChange<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
  { error, changeId, expected }: { error: unknown; changeId: string; expected: ExpectedVersion },
): Promise<RecordOf<Fields> | undefined> {
  if (!findConditionFailure(error)?.retried) return undefined;
  const item = await findItem(table, key);
  const isOwn = expected === 'any' || item?.['changeId']?.S === changeId;
  return isOwn && item ? readItem(table.kind, item) : undefined;
}

async function removeRecord<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
  expected: ExpectedVersion,
): Promise<void> {
  try {
    await table.client.send('DeleteItem', {
      TableName: table.tableName,
      Key: toKey(table.kind, key),
      ...versionCondition(expected),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  } catch (error) {
    const refused = await conditionError(table, key, { error, expected });
    // An attempt whose answer was lost has deleted it.
    if (refused instanceof NotFound && findConditionFailure(error)?.retried) return;
    throw refused;
  }
}

/** What an update of nothing answers: the record as it is, if it is the expected one. */
async function requireVersion<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
  expected: ExpectedVersion,
): Promise<RecordOf<Fields>> {
  const record = await findRecord(table, key);
  if (record === undefined) throw new NotFound(table.kind);
  if (expected !== 'any' && !expected.includes(record.version)) throw new StaleVersion(table.kind);
  return record;
}

/**
 * Why a condition did not hold. Without an expected version the record can only be missing. With one DynamoDB sends the item
 * along, which tells; dynalite does not, and then the item is read.
 */
async function conditionError<Fields>(
  table: KindTable<Fields>,
  key: OwnedKey,
  { error, expected }: { error: unknown; expected: ExpectedVersion },
): Promise<unknown> {
  if (findConditionFailure(error) === undefined) return error;
  if (expected === 'any') return new NotFound(table.kind);
  const { Item } = error as { Item?: object };
  const exists = Item !== undefined || (await findItem(table, key)) !== undefined;
  return exists ? new StaleVersion(table.kind) : new NotFound(table.kind);
}
