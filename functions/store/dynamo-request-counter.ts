import type { CountedRequest, CountRequest, Subject } from '../domain/request-counter.ts';
import { findConditionFailure, withDomainErrors } from './dynamo-errors.ts';
import { toRawKey } from './item.ts';
import type { Table } from './table.ts';

/** In sentences about what a partition holds. */
const COUNTER = { name: 'counter', plural: 'counters' };

/** Condition: no request of the window has been counted. */
const NOT_COUNTED = 'attribute_not_exists(#count)';
/** Condition: one more request is within the limit. */
const BELOW_LIMIT = '#count < :limit';

/** Counts in one item per subject and window: one conditional write, which DynamoDB does one after the other. */
export function makeDynamoRequestCounter(table: Table): CountRequest {
  return (request) => withDomainErrors(COUNTER, count(table, request));
}

async function count({ client, tableName }: Table, request: CountedRequest): Promise<number | undefined> {
  try {
    const { Attributes } = await client.send('UpdateItem', {
      TableName: tableName,
      Key: toRawKey(partitionOf(request.subject), `~rate#${request.windowStartS}`),
      UpdateExpression: 'ADD #count :one SET expiresAt = :end',
      ConditionExpression: `${NOT_COUNTED} OR ${BELOW_LIMIT}`,
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':end': { N: String(request.expiresAtS) },
        ':limit': { N: String(request.limit) },
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return Number(Attributes?.['count']?.N);
  } catch (error) {
    if (findConditionFailure(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * The partition of a subject's counts. It begins as no partition of tasks can, because no user id holds a line break. So
 * the permission to count is limited to these partitions (deploy/roles.cjs).
 */
function partitionOf(subject: Subject): string {
  return 'userId' in subject ? `requests\nuser#${subject.userId}` : `requests\naddress#${subject.address}`;
}
