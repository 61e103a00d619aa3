import type { QueryCommandInput, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Removal } from '../domain/record-store.ts';
import { findConditionFailure } from './dynamo-errors.ts';
import { type Item, rangeOf } from './item.ts';
import type { KindTable, Table } from './table.ts';

/** Most deletions DynamoDB takes in one batch. */
const BATCH_SIZE = 25;
/** Requests under way at a time. */
const CONCURRENCY = 8;
const BACKOFF_FIRST_MS = 25;
const BACKOFF_MAX_MS = 800;

/**
 * Most records of one call. DynamoDB deletes about 500 a second for one user: each costs a write in the table and one in
 * the index. A request has no time for more.
 */
const RECORDS_MAX = 15_000;

/** Condition: the filter field of the record is still true. */
const STILL_FILTERED = '#filter = :true';

/**
 * Reads the keys of all records and then deletes these, so that a record created meanwhile is kept. They are read newest
 * first. A new record sorts before the first page, which has been read already. So the clocks of the Lambdas do not matter.
 */
export async function removeAllRecords<Fields>(table: KindTable<Fields>, ownerId: string, removal: Removal) {
  const { keys, isWhole } = await readKeys(table, ownerId, removal);
  const steps = removal.onlyFiltered ? removeFiltered(table, keys) : removeBatches(table, keys, removal);
  const { removed, finished } = await inParallel(steps, removal);
  return { removed, finished: finished && isWhole };
}

/** `isWhole` is false when there are records whose keys are not among these. */
async function readKeys<Fields>(
  table: KindTable<Fields>,
  ownerId: string,
  removal: Removal,
): Promise<{ keys: readonly Item[]; isWhole: boolean }> {
  const keys: Item[] = [];
  let start: Item | undefined;
  do {
    if (removal.outOfTime()) return { keys, isWhole: false };
    const query = keysQuery(table, ownerId, { removal, start });
    const { Items = [], LastEvaluatedKey } = await table.client.send('Query', query, {
      abortSignal: removal.signal,
    });
    keys.push(...Items.map(({ userId, id }) => ({ userId, id }) as Item));
    start = LastEvaluatedKey;
  } while (start !== undefined && keys.length < RECORDS_MAX);
  return { keys, isWhole: start === undefined };
}

function keysQuery<Fields>(
  { tableName, kind }: KindTable<Fields>,
  ownerId: string,
  { removal, start }: { removal: Removal; start: Item | undefined },
): QueryCommandInput {
  return {
    TableName: tableName,
    ...rangeOf(kind, ownerId, removal.onlyFiltered ? true : undefined),
    ConsistentRead: true,
    ScanIndexForward: false,
    ExclusiveStartKey: start,
    ProjectionExpression: 'userId, id',
  };
}

/** A step deletes a few records and says how many, and whether none is left. The signal stops it. */
type Step = (signal: AbortSignal) => Promise<{ removed: number; finished: boolean }>;

/** One conditional deletion per record. A record whose filter field has changed meanwhile is kept. */
function removeFiltered<Fields>(
  { client, tableName, kind }: KindTable<Fields>,
  keys: readonly Item[],
): Step[] {
  return keys.map((key) => async (abortSignal) => {
    try {
      await client.send(
        'DeleteItem',
        {
          TableName: tableName,
          Key: key,
          ConditionExpression: STILL_FILTERED,
          ExpressionAttributeNames: { '#filter': kind.filter ?? '' },
          ExpressionAttributeValues: { ':true': { BOOL: true } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
        { abortSignal },
      );
      return { removed: 1, finished: true };
    } catch (error) {
      const failure = findConditionFailure(error);
      if (failure === undefined) throw error;
      // A record that is gone after a repeated request was deleted by the attempt whose answer was lost.
      return { removed: failure.retried && !isKept(error) ? 1 : 0, finished: true };
    }
  });
}

/** DynamoDB sends a record along that did not fulfil the condition; dynalite does not. */
const isKept = (error: unknown) => (error as { Item?: object }).Item !== undefined;

function removeBatches(table: Table, keys: readonly Item[], removal: Removal): Step[] {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_SIZE) }, (_, index) =>
    keys.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  return batches.map((batch) => (signal) => removeBatch(table, batch, { ...removal, signal }));
}

/** DynamoDB may leave some of a batch undone and says which; those are tried again, after longer and longer pauses. */
async function removeBatch(
  { client, tableName }: Table,
  keys: readonly Item[],
  { outOfTime, signal }: Removal,
) {
  let left: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, BACKOFF_MAX_MS)) {
    const { UnprocessedItems } = await client.send(
      'BatchWriteItem',
      { RequestItems: { [tableName]: left } },
      { abortSignal: signal },
    );
    left = UnprocessedItems?.[tableName] ?? [];
    if (left.length === 0 || outOfTime()) {
      return { removed: keys.length - left.length, finished: left.length === 0 };
    }
    const { setTimeout } = await import('node:timers/promises');
    await setTimeout(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

/**
 * Runs steps a few at a time. `finished` is false when time ran out before all of them were done. After a failure no
 * step begins, and those under way are given up. The error is thrown when all have ended, because on Lambda what is still
 * under way after the answer goes on inside a later request.
 */
async function inParallel(steps: readonly Step[], { outOfTime, signal }: Removal) {
  const queue = [...steps];
  const total = { removed: 0, finished: true };
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const work = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      stop.throwIfAborted();
      const { removed, finished } = outOfTime() ? { removed: 0, finished: false } : await step(stop);
      total.removed += removed;
      total.finished &&= finished;
    }
  };
  const workers = Array.from({ length: CONCURRENCY }, () => work().catch((error) => failed.abort(error)));
  await Promise.all(workers);
  // The reason is the first error; those that came of giving up do not replace it.
  failed.signal.throwIfAborted();
  return total;
}
