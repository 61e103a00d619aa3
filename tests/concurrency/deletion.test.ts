import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoClient } from '../../functions/store/dynamo-operations.ts';
import { makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo, storesIn, viaSdk, watchedClient } from '../../support/dynamodb.ts';
import { PROTECTED_OPERATIONS } from '../../support/operations.ts';
import {
  createRecord,
  type RecordBody,
  type Resource,
  sampleRecord,
  WITH_REMOVE_ALL,
} from '../../support/resources.ts';

const RECORDS = 100;
const CLIENTS = 5;
let dynamo: Embedded;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** The API over a client whose requests tell when the first answer came and how many were sent. */
async function watchedApi({ kind }: Resource) {
  const { client, seen } = watchedClient(dynamo.endpoint);
  const tableName = await dynamo.freshTable();
  const apiOver = (over: DynamoClient) => makeApi({ storeOf: storesIn(tableName, over) });
  const store = storesIn(tableName, dynamo.client)(kind);
  return { deleter: apiOver(viaSdk(client)), others: apiOver(dynamo.client), store, seen };
}

it('covers each operation of openapi.yml that deletes a collection', () => {
  const paths = PROTECTED_OPERATIONS.filter(
    ({ method, pathParameters }) => method === 'DELETE' && pathParameters.length === 0,
  ).map(({ path }) => path);
  expect(WITH_REMOVE_ALL.map(([, { path }]) => path)).toEqual(paths);
});

/** Jest fails where `describe.each` has no rows, as in a service without such an operation. */
const describeEach = WITH_REMOVE_ALL.length > 0 ? describe.each(WITH_REMOVE_ALL) : () => {};

describeEach(`a deletion of all %s while ${CLIENTS} clients create`, (plural, resource) => {
  it('deletes what was there, keeps what was created since, and ends with its answer', async () => {
    const { deleter, others, store, seen } = await watchedApi(resource);
    // Together more than one answer of DynamoDB holds, so that the deletion reads several pages.
    const fields = { [resource.textField]: '🐎'.repeat(3500) };
    for (let count = 0; count < RECORDS; count++) await store.add(sampleRecord(resource, fields));
    let isAnswered = false;
    const deletion = deleter
      .call(resource.removeAll?.operationId ?? '', { query: { all: 'true' } })
      .finally(() => {
        isAnswered = true;
      });
    await seen.begun;
    const created: string[] = [];
    const createUntilAnswered = async () => {
      do created.push((await createRecord(others, resource)).id);
      while (!isAnswered);
    };
    await Promise.all(Array.from({ length: CLIENTS }, createUntilAnswered));
    expect((await deletion).json).toEqual({ detail: `${RECORDS} ${plural} deleted` });
    const atAnswer = seen.requests;
    await sleep(100);
    expect(seen.requests).toBe(atAnswer);
    const { json } = await others.call<RecordBody[]>(resource.list.operationId, { query: { limit: '100' } });
    expect(json.map(({ id }) => id).toSorted()).toEqual(created.toSorted().slice(0, 100));
    console.log(`created while all ${plural} were deleted: ${created.length}, of them lost: 0`);
  }, 60_000);
});
