import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

/** As many as DynamoDB takes in one BatchWriteItem. */
const BATCH_SIZE = 25;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;

/** How many records were deleted, by kind. */
export interface Removed {
  readonly tasks: number;
  /** Records of idempotency keys. */
  readonly keys: number;
  /** Counts of the rate limit. */
  readonly counts: number;
}

/** The first characters of the sort keys that are not tasks (docs/adr/0013). */
const KEY_PREFIX = '~key#';
const COUNT_PREFIX = '~rate#';

/**
 * Deletes everything that the table holds of one user. A call that was interrupted is finished by the next one.
 *
 * @param userId `sub` of the user's tokens, which is the id of the user at Better Auth.
 */
export async function removeUser(
  table: { readonly client: DynamoDBClient; readonly tableName: string },
  userId: string,
): Promise<Removed> {
  const removed = { tasks: 0, keys: 0, counts: 0 };
  for (const partition of partitionsOf(userId)) {
    for await (const page of keysOf(table, partition)) {
      const keys = (page.Items ?? []).map(({ userId: owner, id }) => ({ userId: owner, id }) as Key);
      for (let first = 0; first < keys.length; first += BATCH_SIZE) {
        const batch = keys.slice(first, first + BATCH_SIZE);
        await removeBatch(table, batch);
        for (const { id } of batch) removed[kindOf(id.S)] += 1;
      }
    }
  }
  return removed;
}

interface Key {
  readonly userId: { readonly S: string };
  readonly id: { readonly S: string };
}

/** Tasks and idempotency keys are in the user's partition, counts in one of their own. */
const partitionsOf = (userId: string): readonly string[] => [userId, `requests\nuser#${userId}`];

function kindOf(id: string): keyof Removed {
  if (id.startsWith(KEY_PREFIX)) return 'keys';
  return id.startsWith(COUNT_PREFIX) ? 'counts' : 'tasks';
}

function keysOf(
  { client, tableName }: Parameters<typeof removeUser>[0],
  partition: string,
): AsyncIterable<QueryCommandOutput> {
  return paginateQuery(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      ProjectionExpression: 'userId, id',
      KeyConditionExpression: 'userId = :user',
      ExpressionAttributeValues: { ':user': { S: partition } },
    },
  );
}

/** DynamoDB may leave some of a batch undone and says which. Those are sent again after a growing pause. */
async function removeBatch(
  { client, tableName }: Parameters<typeof removeUser>[0],
  keys: readonly Key[],
): Promise<void> {
  let left: WriteRequest[] = keys.map(({ userId, id }) => ({ DeleteRequest: { Key: { userId, id } } }));
  for (let pauseMs = BACKOFF_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, BACKOFF_MAX_MS)) {
    const request = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
    left = (await client.send(request)).UnprocessedItems?.[tableName] ?? [];
    if (left.length === 0) return;
    await sleep(pauseMs);
  }
}
