import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { TaskPage, TaskQuery } from '../domain/task-store.ts';
import { BY_COMPLETION, completionKey, FIRST_ID, type Item, LAST_ID, readItem, toKey } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/**
 * One query for one page, which asks for one task more than fits, to know whether there are more. DynamoDB ends an
 * answer at 1 MB. A page of long tasks is then filled by further queries, so a short page is always the last one.
 */
export async function listTasksIn(table: TaskTable, query: TaskQuery): Promise<TaskPage> {
  const wanted = query.limit + 1;
  const items: Item[] = [];
  let start = startOf(query);
  do {
    const answer = await queryItems(table, query, { start, limit: wanted - items.length });
    items.push(...answer.items);
    start = answer.next;
  } while (start !== undefined && items.length < wanted);
  return { tasks: items.slice(0, query.limit).map(readItem), more: items.length > query.limit };
}

async function queryItems(
  { client, tableName }: TaskTable,
  query: TaskQuery,
  { start, limit }: { start: Item | undefined; limit: number },
): Promise<{ items: readonly Item[]; next: Item | undefined }> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ...rangeOf(query),
      ExclusiveStartKey: start,
      ScanIndexForward: !query.newestFirst,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return { items: Items, next: LastEvaluatedKey };
}

function rangeOf({ ownerId, completed }: TaskQuery) {
  if (completed === undefined) {
    return {
      KeyConditionExpression: 'userId = :user AND id BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':user': { S: ownerId },
        ':first': { S: FIRST_ID },
        ':last': { S: LAST_ID },
      },
    };
  }
  return {
    IndexName: BY_COMPLETION,
    KeyConditionExpression: 'userId = :user AND begins_with(completedId, :completion)',
    ExpressionAttributeValues: { ':user': { S: ownerId }, ':completion': { S: completionKey(completed) } },
  };
}

/** The owner in it is the one of the query, so a position out of another user's list reaches nothing of theirs. */
function startOf({ ownerId, completed, after }: TaskQuery): Item | undefined {
  if (after === undefined) return undefined;
  const key = toKey({ ownerId, id: after });
  return completed === undefined ? key : { ...key, completedId: { S: completionKey(completed, after) } };
}
