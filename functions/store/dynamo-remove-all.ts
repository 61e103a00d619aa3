import { setTimeout } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Removal } from '../domain/task-store.ts';
import { findConditionFailure } from './dynamo-errors.ts';
import { BY_COMPLETION, completionKey, FIRST_ID, type Item, LAST_ID } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/** Most deletions DynamoDB takes in one batch. */
const BATCH_SIZE = 25;
/** Requests under way at a time. */
const CONCURRENCY = 8;
const BACKOFF_FIRST_MS = 25;
const BACKOFF_MAX_MS = 800;

/** Removes page after page, each key read and then deleted. */
export async function removeAllIn(table: TaskTable, ownerId: string, removal: Removal) {
  let removed = 0;
  let start: Item | undefined;
  do {
    if (removal.outOfTime()) return { removed, finished: false };
    const page = await table.client.send(new QueryCommand(keysQuery(table, ownerId, { removal, start })));
    const keys = (page.Items ?? []).map(({ userId, id }) => ({ userId, id }) as Item);
    const step = removal.onlyCompleted ? removeCompleted(table, keys) : removeBatches(table, keys, removal);
    const results = await inParallel(step, removal);
    removed += results.removed;
    if (!results.finished) return { removed, finished: false };
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return { removed, finished: true };
}

function keysQuery(
  { tableName }: TaskTable,
  ownerId: string,
  { removal, start }: { removal: Removal; start: Item | undefined },
): QueryCommandInput {
  const common = {
    TableName: tableName,
    ConsistentRead: true,
    ExclusiveStartKey: start,
    ProjectionExpression: 'userId, id',
  };
  if (removal.onlyCompleted) {
    return {
      ...common,
      IndexName: BY_COMPLETION,
      KeyConditionExpression: 'userId = :user AND begins_with(completedId, :completion)',
      ExpressionAttributeValues: { ':user': { S: ownerId }, ':completion': { S: completionKey(true) } },
    };
  }
  return {
    ...common,
    KeyConditionExpression: 'userId = :user AND id BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':user': { S: ownerId },
      ':first': { S: FIRST_ID },
      ':last': { S: LAST_ID },
    },
  };
}

/** A step deletes a few tasks and says how many, and whether those were all it was to delete. */
type Step = () => Promise<{ removed: number; finished: boolean }>;

/** One conditional deletion per task: one that is open again by now stays. */
function removeCompleted({ client, tableName }: TaskTable, keys: readonly Item[]): Step[] {
  return keys.map((key) => async () => {
    try {
      await client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: key,
          ConditionExpression: 'completed = :true',
          ExpressionAttributeValues: { ':true': { BOOL: true } },
        }),
      );
      return { removed: 1, finished: true };
    } catch (error) {
      if (findConditionFailure(error) === undefined) throw error;
      return { removed: 0, finished: true };
    }
  });
}

function removeBatches(table: TaskTable, keys: readonly Item[], removal: Removal): Step[] {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_SIZE) }, (_, index) =>
    keys.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  return batches.map((batch) => () => removeBatch(table, batch, removal));
}

/** DynamoDB may leave some of a batch undone and says which; those are tried again, ever more slowly. */
async function removeBatch({ client, tableName }: TaskTable, keys: readonly Item[], removal: Removal) {
  let left: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, BACKOFF_MAX_MS)) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }),
    );
    left = UnprocessedItems?.[tableName] ?? [];
    if (left.length === 0 || removal.outOfTime()) {
      return { removed: keys.length - left.length, finished: left.length === 0 };
    }
    await setTimeout(pauseMs * (0.5 + Math.random() / 2));
  }
}

/** Runs steps a few at a time. `finished` is false when time ran out before all of them were done. */
async function inParallel(steps: readonly Step[], { outOfTime }: Removal) {
  const queue = [...steps];
  const total = { removed: 0, finished: true };
  const work = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const { removed, finished } = outOfTime() ? { removed: 0, finished: false } : await step();
      total.removed += removed;
      total.finished &&= finished;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return total;
}
