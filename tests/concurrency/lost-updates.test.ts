import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tasks } from '../../functions/domain/task.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { createdTask, type TaskBody } from '../../support/tasks.ts';

const CLIENTS = 50;
let dynamo: Embedded;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const apiOverDynamo = async () =>
  makeApi({
    store: makeDynamoStore({ kind: tasks, client: dynamo.client, tableName: await dynamo.freshTable() }),
  });

describe(`${CLIENTS} clients that change one task at once`, () => {
  it('lose no update when each sends the version it has read', async () => {
    const { call } = await apiOverDynamo();
    const { id } = await createdTask({ call }, { description: '0' });
    let refused = 0;
    /** Reads the counter and writes it back one higher, until no other writer came between. */
    const countUp = async (): Promise<string> => {
      for (;;) {
        const { json, headers } = await call<TaskBody>('getTask', { taskId: id });
        const version = headers['ETag'] ?? '';
        const body = { description: String(Number(json.description) + 1) };
        const { status } = await call('updateTask', { taskId: id, body, headers: { 'If-Match': version } });
        if (status === 200) return version;
        expect(status).toBe(412);
        refused++;
      }
    };
    const versions = await Promise.all(Array.from({ length: CLIENTS }, countUp));
    const { json, headers } = await call<TaskBody>('getTask', { taskId: id });
    expect(json.description).toBe(String(CLIENTS));
    expect(new Set(versions).size).toBe(CLIENTS);
    expect(headers['ETag']).toBe(`"${CLIENTS + 1}"`);
    console.log(`lost updates: 0 of ${CLIENTS} (${refused} tries were refused with 412 and made again)`);
  }, 30_000);

  it('do not undo each other when they change different fields without a version', async () => {
    const { call } = await apiOverDynamo();
    const { id } = await createdTask({ call });
    const changes = [
      { title: 'New' },
      { description: 'text' },
      { completed: true },
      { order: 5 },
      { dueAt: '2026-03-01T09:00:00.000Z' },
    ];
    const updates = Array.from({ length: CLIENTS }, (_, index) =>
      call('updateTask', { taskId: id, body: changes[index % changes.length] }),
    );
    const statuses = (await Promise.all(updates)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 200));
    const { json, headers } = await call('getTask', { taskId: id });
    expect(json).toMatchObject(Object.assign({}, ...changes));
    expect(headers['ETag']).toBe(`"${CLIENTS + 1}"`);
  });
});
