import { afterAll, beforeAll } from '@jest/globals';
import { describeStore } from '../../support/describe-store.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { labels } from '../../support/kinds.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { tasks } from '../domain/task.ts';
import { makeDynamoStore } from './dynamo-store.ts';

let dynamo: Embedded;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

for (const kind of [tasks, labels]) {
  describeStore(`memoryStore of ${kind.plural}`, kind, async () => memoryStore(kind));
  describeStore(`makeDynamoStore of ${kind.plural}`, kind, async () =>
    makeDynamoStore({ kind, client: dynamo.client, tableName: await dynamo.freshTable() }),
  );
}
