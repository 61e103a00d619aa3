import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tasks } from '../../functions/domain/task.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { makeApi } from '../../support/api.ts';
import { clientOf, type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { createdTask, type TaskBody } from '../../support/tasks.ts';

const TASKS = 100;
const CLIENTS = 5;
let dynamo: Embedded;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** The API over a client whose requests tell when the first answer came and how many were sent. */
async function watchedApi() {
  const client = clientOf(dynamo.endpoint);
  const begun = Promise.withResolvers<void>();
  const seen = { requests: 0, begun: begun.promise };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        seen.requests += 1;
        const result = await next(args);
        if (commandName === 'QueryCommand') begun.resolve();
        return result;
      },
    { step: 'initialize' },
  );
  const tableName = await dynamo.freshTable();
  const apiOver = (over: typeof client) =>
    makeApi({ store: makeDynamoStore({ kind: tasks, client: over, tableName }) });
  return { deleter: apiOver(client), others: apiOver(dynamo.client), seen };
}

describe(`a deletion of all tasks while ${CLIENTS} clients create`, () => {
  it('deletes what was there, keeps every task that was created since, and ends with its answer', async () => {
    const { deleter, others, seen } = await watchedApi();
    // Together more than one answer of DynamoDB holds, so that the deletion reads several pages.
    const description = '🐎'.repeat(3500);
    for (let count = 0; count < TASKS; count++) await createdTask(others, { description });
    let isAnswered = false;
    const deletion = deleter.call('deleteTasks', { query: { all: 'true' } }).finally(() => {
      isAnswered = true;
    });
    await seen.begun;
    const created: string[] = [];
    const createUntilAnswered = async () => {
      do created.push((await createdTask(others)).id);
      while (!isAnswered);
    };
    await Promise.all(Array.from({ length: CLIENTS }, createUntilAnswered));
    expect((await deletion).json).toEqual({ detail: `${TASKS} tasks deleted` });
    const atAnswer = seen.requests;
    await sleep(100);
    expect(seen.requests).toBe(atAnswer);
    const { json } = await others.call<TaskBody[]>('listTasks', { query: { limit: '100' } });
    expect(json.map(({ id }) => id).toSorted()).toEqual(created.toSorted().slice(0, 100));
    console.log(`created while all were deleted: ${created.length}, of them lost: 0`);
  }, 60_000);
});
