import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Where the tasks are. */
export interface TaskTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}
