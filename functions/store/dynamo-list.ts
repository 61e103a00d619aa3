import type { Page, RecordQuery } from '../domain/record-store.ts';
import { filterKey, type Item, rangeOf, readItem, toKey } from './item.ts';
import type { KindTable } from './table.ts';

/**
 * One query for one page, which asks for one record more than fits, to know whether there are more. DynamoDB ends an
 * answer at 1 MB. A page of long records is then filled by further queries, so a short page is always the last one.
 */
export async function listRecords<Fields>(
  table: KindTable<Fields>,
  query: RecordQuery,
): Promise<Page<Fields>> {
  const wanted = query.limit + 1;
  const items: Item[] = [];
  let start = startOf(table, query);
  do {
    const answer = await queryItems(table, query, { start, limit: wanted - items.length });
    items.push(...answer.items);
    start = answer.next;
  } while (start !== undefined && items.length < wanted);
  const records = items.slice(0, query.limit).map((item) => readItem(table.kind, item));
  return { records, more: items.length > query.limit };
}

async function queryItems<Fields>(
  { client, tableName, kind }: KindTable<Fields>,
  query: RecordQuery,
  { start, limit }: { start: Item | undefined; limit: number },
): Promise<{ items: readonly Item[]; next: Item | undefined }> {
  const { Items = [], LastEvaluatedKey } = await client.send('Query', {
    TableName: tableName,
    ...rangeOf(kind, query.ownerId, query.filter),
    ExclusiveStartKey: start,
    ScanIndexForward: !query.newestFirst,
    ConsistentRead: true,
    Limit: limit,
  });
  return { items: Items, next: LastEvaluatedKey };
}

/** The owner in it is the one of the query, so a position out of another user's list reaches nothing of theirs. */
function startOf<Fields>(
  { kind }: KindTable<Fields>,
  { ownerId, filter, after }: RecordQuery,
): Item | undefined {
  if (after === undefined) return undefined;
  const key = toKey(kind, { ownerId, id: after });
  return filter === undefined ? key : { ...key, completedId: { S: filterKey(kind, filter, after) } };
}
