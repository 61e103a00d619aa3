import { afterAll, beforeAll } from '@jest/globals';
import { describeTaskStore } from '../../support/describe-task-store.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { memoryTaskStore } from '../../support/memory-task-store.ts';
import { makeDynamoTaskStore } from './dynamo-task-store.ts';

let dynamo: Embedded;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

describeTaskStore('memoryTaskStore', async () => memoryTaskStore());
describeTaskStore('makeDynamoTaskStore', async () =>
  makeDynamoTaskStore({ client: dynamo.client, tableName: await dynamo.freshTable() }),
);
