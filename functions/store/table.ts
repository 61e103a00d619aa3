import type { Kind, RecordOf } from '../domain/kind.ts';
import type { DynamoClient } from './dynamo-operations.ts';
import { toItem } from './item.ts';

/** Where the records are. */
export interface Table {
  readonly client: DynamoClient;
  readonly tableName: string;
}

/** The records of one kind in a table. */
export interface KindTable<Fields> extends Table {
  readonly kind: Kind<Fields>;
}

/** Writes a record; a condition fails when its id is taken. */
export async function putNewRecord<Fields>(
  { client, tableName, kind }: KindTable<Fields>,
  record: RecordOf<Fields>,
): Promise<void> {
  await client.send('PutItem', {
    TableName: tableName,
    Item: toItem(kind, record),
    ConditionExpression: ITEM_DOES_NOT_EXIST,
  });
}

/** Condition: the table has no item with this key. */
export const ITEM_DOES_NOT_EXIST = 'attribute_not_exists(id)';
/** Condition: the table has an item with this key. */
export const ITEM_EXISTS = 'attribute_exists(id)';
