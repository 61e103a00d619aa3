import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { TaskPage, TaskQuery } from '../domain/task-store.ts';
import { BY_COMPLETION, completionKey, FIRST_ID, type Item, LAST_ID, readItem, toKey } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/**
 * One query for one page. It asks for one task more than fits, to know whether there are more. DynamoDB ends an answer
 * at 1 MB, so the page may be shorter; then it says where it stopped.
 */
export async function listTasksIn({ client, tableName }: TaskTable, query: TaskQuery): Promise<TaskPage> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ...rangeOf(query),
      ExclusiveStartKey: startOf(query),
      ScanIndexForward: !query.newestFirst,
      ConsistentRead: true,
      Limit: query.limit + 1,
    }),
  );
  return {
    tasks: Items.slice(0, query.limit).map(readItem),
    more: Items.length > query.limit || (LastEvaluatedKey !== undefined && Items.length > 0),
  };
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
