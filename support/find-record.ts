/**
 * Looks one record up with the client that is deployed and prints the code of what goes wrong. A process of its own,
 * because jest's errors and Node's are of different classes, and the SDK does not know Node's from inside jest.
 */
import { makeDynamoClient } from '../functions/store/dynamo-client.ts';
import { makeDynamoStore } from '../functions/store/dynamo-store.ts';
import { labels } from './kinds.ts';

const store = makeDynamoStore({ kind: labels, client: makeDynamoClient(process.env), tableName: 'tasks' });
const begun = performance.now();
const code = await store.find({ ownerId: 'ann', id: 'x' }).then(
  () => 'none',
  (error: unknown) => (error as { code?: string }).code ?? String(error),
);
console.log(JSON.stringify({ code, ms: Math.round(performance.now() - begun) }));
