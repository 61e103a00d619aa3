import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleTask } from '../../tests/support/describe-task-store.ts';
import { clientOf, type Embedded, startDynamo } from '../../tests/support/dynamodb.ts';
import type { CountRequest, Subject } from '../domain/request-counter.ts';
import { makeDynamoRequestCounter } from './dynamo-request-counter.ts';
import { makeDynamoTaskStore } from './dynamo-task-store.ts';

let dynamo: Embedded;
let tableName: string;
let count: CountRequest;
let requests: number;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  tableName = await dynamo.freshTable();
  requests = 0;
  const client = clientOf(dynamo.endpoint);
  client.middlewareStack.add(
    (next) => (args) => {
      requests++;
      return next(args);
    },
    { step: 'initialize' },
  );
  count = makeDynamoRequestCounter({ client, tableName });
});

const ANN: Subject = { userId: 'ann' };
const window = (subject: Subject, limit: number, windowStartS = 60) => ({
  subject,
  limit,
  windowStartS,
  expiresAtS: windowStartS + 120,
});

describe('makeDynamoRequestCounter', () => {
  it('lets exactly 60 of 100 parallel requests through, with one write each', async () => {
    const counts = await Promise.all(Array.from({ length: 100 }, () => count(window(ANN, 60))));
    const allowed = counts.filter((used) => used !== undefined).toSorted((one, other) => one - other);
    expect(allowed).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(requests).toBe(100);
  });

  it('counts users, addresses and windows apart, also a user who is named like an address', async () => {
    const subjects: Subject[] = [
      ANN,
      { userId: 'bob' },
      { address: '192.0.2.1' },
      { userId: '192.0.2.1' },
      { address: 'ann' },
    ];
    for (const subject of subjects) expect(await count(window(subject, 1))).toBe(1);
    for (const subject of subjects) expect(await count(window(subject, 1))).toBeUndefined();
    expect(await count(window(ANN, 1, 120))).toBe(1);
  });

  it('leaves a record that DynamoDB deletes, and that is no task', async () => {
    await count(window(ANN, 5));
    const store = makeDynamoTaskStore({ client: dynamo.client, tableName });
    const task = sampleTask();
    await store.add(task);
    const list = { ownerId: 'ann', completed: undefined, newestFirst: false, after: undefined, limit: 10 };
    expect((await store.list(list)).tasks).toEqual([task]);
    const { Items } = await dynamo.client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'userId = :user AND begins_with(id, :rate)',
        ExpressionAttributeValues: { ':user': { S: 'ann' }, ':rate': { S: '~' } },
      }),
    );
    expect(Items).toEqual([
      { userId: { S: 'ann' }, id: { S: '~rate#60' }, count: { N: '1' }, expiresAt: { N: '180' } },
    ]);
  });
});
