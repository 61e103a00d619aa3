import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDynamoRequestCounter } from '../../functions/store/dynamo-request-counter.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { clientOf, type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { sampleTask, tasks } from '../../support/kinds.ts';
import { findTable } from './find-table.ts';
import { removeUser } from './remove-user.ts';

const TASKS = 60;
let dynamo: Embedded;
let tableName: string;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** Tasks, a key and a count of two users, one of whose ids begins as the other's does. */
beforeEach(async () => {
  tableName = await dynamo.freshTable();
  const table = { client: dynamo.client, tableName };
  const store = makeDynamoStore({ kind: tasks, ...table });
  const count = makeDynamoRequestCounter(table);
  for (const ownerId of ['ann', 'anna']) {
    await Promise.all(Array.from({ length: TASKS }, () => store.add({ ...sampleTask(), ownerId })));
    await store.addOnce({ ...sampleTask(), ownerId }, { key: 'key', nowMs: Date.now() });
    await count({ subject: { userId: ownerId }, windowStartS: 60, expiresAtS: 180, limit: 5 });
  }
});

const owners = async (): Promise<string[]> => {
  const { Items = [] } = await dynamo.sdk.send(new ScanCommand({ TableName: tableName }));
  return Items.map(({ userId }) => userId?.S ?? '');
};

describe('deleting a user', () => {
  it('deletes tasks, keys and counts of that user, counts them, and leaves those of others', async () => {
    const removed = await removeUser({ client: dynamo.sdk, tableName }, 'ann');
    expect(removed).toEqual({ tasks: TASKS + 1, keys: 1, counts: 1 });
    expect(new Set(await owners())).toEqual(new Set(['anna', 'requests\nuser#anna']));
    expect(await owners()).toHaveLength(TASKS + 3);
  });

  it('is finished by a second call after an interruption', async () => {
    const cut = clientOf(dynamo.endpoint);
    let batches = 0;
    cut.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === 'BatchWriteItemCommand' && ++batches > 1
            ? Promise.reject(new Error('cut'))
            : next(args),
      { step: 'initialize' },
    );
    await expect(removeUser({ client: cut, tableName }, 'ann')).rejects.toThrow('cut');
    cut.destroy();
    const left = (await owners()).filter((owner) => owner === 'ann').length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(TASKS + 2);
    const { tasks, keys } = await removeUser({ client: dynamo.sdk, tableName }, 'ann');
    expect(tasks + keys).toBe(left);
    expect(await owners()).not.toContain('ann');
    expect(await removeUser({ client: dynamo.sdk, tableName }, 'ann')).toEqual({
      tasks: 0,
      keys: 0,
      counts: 0,
    });
  });
});

describe('the table of a stage', () => {
  const create = (TableName: string) =>
    dynamo.sdk.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );

  it('is the one whose name CloudFormation made, and two of them are refused', async () => {
    await create('todo-prod-TasksTable-A1');
    await create('todo-production-TasksTable-B2');
    expect(await findTable(dynamo.sdk, 'todo-prod')).toBe('todo-prod-TasksTable-A1');
    await create('todo-prod-TasksTable-C3');
    await expect(findTable(dynamo.sdk, 'todo-prod')).rejects.toThrow('--table');
  });
});

describe('the command', () => {
  const run = (...options: string[]) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], {
      env: {
        PATH: process.env['PATH'],
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
    }).catch((failure: { code: number; stdout: string; stderr: string }) => failure);

  it('says what it deleted', async () => {
    const { stdout } = await run('--stage', 'dev', '--table', tableName, 'ann');
    expect(stdout).toBe(
      `Deleted from ${tableName}: ${TASKS + 1} tasks, 1 idempotency keys, 1 counts of the rate limit.\n`,
    );
  });

  it.each([
    ['no stage', ['ann'], 'Name the stage.'],
    ['no user', ['--stage', 'dev'], 'Name one user.'],
    ['two users', ['--stage', 'dev', 'ann', 'bob'], 'Name one user.'],
    ['a stage without a table', ['--stage', 'none', 'ann'], 'better-auth-todo-none-TasksTable-'],
  ])('refuses to run with %s, and deletes nothing', async (_name, options, sentence) => {
    expect(await run(...options)).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(await owners()).toHaveLength(2 * (TASKS + 3));
  });
});
