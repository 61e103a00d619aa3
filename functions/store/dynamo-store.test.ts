import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { clientOf, type Embedded, startDynamo, viaSdk } from '../../support/dynamodb.ts';
import { sampleTask, type Task, type TaskFields, tasks } from '../../support/kinds.ts';
import type { RecordStore } from '../domain/record-store.ts';
import { makeDynamoStore } from './dynamo-store.ts';

let dynamo: Embedded;
let client: DynamoDBClient;
let tableName: string;
let store: RecordStore<TaskFields>;
/** The requests sent since the store was made. */
let sent: string[];
/** Of the reads among them: whether each asked for what was last written. */
let consistent: unknown[];

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
afterEach(() => client.destroy());

beforeEach(async () => {
  tableName = await dynamo.freshTable();
  sent = [];
  consistent = [];
  client = clientOf(dynamo.endpoint);
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        sent.push(commandName);
        if (/Get|Query/.test(commandName))
          consistent.push((args.input as { ConsistentRead?: boolean }).ConsistentRead);
        return next(args);
      },
    { step: 'initialize' },
  );
  store = makeDynamoStore({ kind: tasks, client: viaSdk(client), tableName });
});

const LIST = { ownerId: 'ann', filter: undefined, newestFirst: false, after: undefined, limit: 100 };
const NOW_MS = Date.parse('2026-03-01T09:00:00Z');
const inTime = { outOfTime: () => false, signal: new AbortController().signal };

/** Carries the first write out, and answers as if the connection had been cut; the SDK tries again. */
function loseFirstAnswer(): void {
  let lost = false;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (lost || commandName === 'QueryCommand') return result;
        lost = true;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
      },
    { step: 'deserialize', priority: 'low' },
  );
}

/** Cuts the connection before the first write of the test is carried out; the SDK tries again. @param of only this command. */
function failFirstAttempt(of?: string): void {
  let failed = false;
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (failed || (of !== undefined && commandName !== of)) return next(args);
        failed = true;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
      },
    { step: 'deserialize', priority: 'low' },
  );
}

describe('the DynamoDB store', () => {
  it('sends exactly one request per operation', async () => {
    const task = sampleTask();
    const cost = async (work: () => Promise<unknown>): Promise<string> => {
      sent.length = 0;
      await work().catch(() => undefined);
      return sent.join();
    };
    const update = (changes: object, expected: 'any' | number[]) =>
      store.update(task, { changes, expected, nowMs: 0 });
    expect(await cost(() => store.update(task, { changes: { title: 'x' }, expected: 'any', nowMs: 0 }))).toBe(
      'UpdateItemCommand',
    );
    expect(await cost(() => store.remove(task, 'any'))).toBe('DeleteItemCommand');
    expect(await cost(() => store.add(task))).toBe('PutItemCommand');
    expect(await cost(() => store.find(task))).toBe('GetItemCommand');
    expect(await cost(() => store.list(LIST))).toBe('QueryCommand');
    expect(await cost(() => store.list({ ...LIST, filter: true, after: task.id }))).toBe('QueryCommand');
    expect(await cost(() => update({ title: 'New' }, 'any'))).toBe('UpdateItemCommand');
    expect(await cost(() => update({ title: 'New' }, [2]))).toBe('UpdateItemCommand');
    expect(await cost(() => update({}, [3]))).toBe('GetItemCommand');
    expect(await cost(() => store.remove(task, [3]))).toBe('DeleteItemCommand');
  });

  it('always asks for what was last written', async () => {
    const task = sampleTask({ completed: true });
    await store.add(task);
    await store.find(task);
    await store.list(LIST);
    await store.list({ ...LIST, filter: true });
    await store.removeAll('ann', { onlyFiltered: true, ...inTime });
    await store.removeAll('ann', { onlyFiltered: false, ...inTime });
    await expect(store.remove(task, [1])).rejects.toMatchObject({ code: 'task_not_found' });
    expect(consistent).toEqual(Array.from({ length: 6 }, () => true));
  });

  it('does not read to tell stale from missing when DynamoDB sends the item along', async () => {
    const task = sampleTask();
    await store.add(task);
    client.middlewareStack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          throw Object.assign(error as Error, { Item: { id: { S: task.id } } });
        }
      },
      { step: 'initialize' },
    );
    sent.length = 0;
    await expect(store.remove(task, [9])).rejects.toMatchObject({ code: 'stale_version' });
    expect(sent).toEqual(['DeleteItemCommand']);
  });

  it.each([
    ['oldest first', { newestFirst: false }],
    ['newest first', { newestFirst: true }],
    ['filtered', { filter: false }],
  ])('fills a page, %s, although DynamoDB ends each answer at 1 MB', async (_name, order) => {
    const tasks = Array.from({ length: 101 }, () => sampleTask({ description: '🐎'.repeat(6000) }));
    await Promise.all(tasks.map((task) => store.add(task)));
    sent.length = 0;
    const first = await store.list({ ...LIST, ...order });
    expect(sent.length).toBeGreaterThan(1);
    expect(first).toMatchObject({ more: true, records: { length: 100 } });
    const rest = await store.list({ ...LIST, ...order, after: first.records.at(-1)?.id });
    const ids = tasks.map(({ id }) => id);
    const expected = 'newestFirst' in order && order.newestFirst ? ids.reverse() : ids;
    expect([...first.records, ...rest.records].map(({ id }) => id)).toEqual(expected);
    expect(rest.more).toBe(false);
    expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
      removed: 101,
      finished: true,
    });
  });

  it("leaves other records in the user's partition alone", async () => {
    const record = { userId: { S: 'ann' }, id: { S: '~record' } };
    await client.send(new PutItemCommand({ TableName: tableName, Item: record }));
    await store.add(sampleTask({ completed: true }));
    for (const newestFirst of [true, false]) {
      expect((await store.list({ ...LIST, newestFirst })).records).toHaveLength(1);
    }
    expect((await store.removeAll('ann', { onlyFiltered: false, ...inTime })).removed).toBe(1);
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: record }));
    expect(Item).toEqual(record);
  });

  it('keeps a completed task that is re-opened while completed ones are deleted', async () => {
    const task = sampleTask({ completed: true });
    await store.add(task);
    let reopened = false;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'DeleteItemCommand' && !reopened) {
            reopened = true;
            const elsewhere = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName });
            await elsewhere.update(task, { changes: { completed: false }, expected: 'any', nowMs: 0 });
          }
          return next(args);
        },
      { step: 'initialize' },
    );
    expect(await store.removeAll('ann', { onlyFiltered: true, ...inTime })).toEqual({
      removed: 0,
      finished: true,
    });
    expect(await store.find(task)).toMatchObject({ completed: false });
  });

  describe('deleting all tasks', () => {
    const ALL = { onlyFiltered: false, ...inTime };
    /** More than fits into one answer of DynamoDB, so that there are several pages. */
    const addPages = () =>
      Promise.all(
        Array.from({ length: 100 }, () => store.add(sampleTask({ description: '🐎'.repeat(6000) }))),
      );
    /** Calls back before requests of a kind are sent. */
    const onRequest = (name: string, act: () => Promise<void>) =>
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            if (commandName === name) await act();
            return next(args);
          },
        { step: 'initialize', priority: 'low' },
      );

    it.each([
      ['it reads what there is', 'QueryCommand'],
      ['it deletes', 'BatchWriteItemCommand'],
    ])('keeps the tasks that are created while %s', async (_name, command) => {
      await addPages();
      const elsewhere = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName });
      const created: Task[] = [];
      let isFirst = true;
      onRequest(command, async () => {
        if (command === 'QueryCommand' && isFirst) {
          isFirst = false;
          return;
        }
        const task = sampleTask({ completed: true });
        await elsewhere.add(task);
        created.push(task);
      });
      expect(await store.removeAll('ann', ALL)).toEqual({ removed: 100, finished: true });
      expect(created.length).toBeGreaterThan(0);
      expect(await elsewhere.list(LIST)).toEqual({
        records: created.toSorted((one, other) => one.id.localeCompare(other.id)),
        more: false,
      });
    });

    it('keeps completed tasks that are created while the completed ones are deleted', async () => {
      await addPages();
      const [old, late] = [sampleTask({ completed: true }), sampleTask({ completed: true })];
      await store.add(old);
      const elsewhere = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName });
      onRequest('DeleteItemCommand', () => elsewhere.add(late).catch(() => undefined));
      expect((await store.removeAll('ann', { ...ALL, onlyFiltered: true })).removed).toBe(1);
      expect(await store.find(late)).toEqual(late);
    });

    it('sends nothing more when one request has failed', async () => {
      await Promise.all(Array.from({ length: 250 }, () => store.add(sampleTask())));
      let batches = 0;
      onRequest('BatchWriteItemCommand', async () => {
        batches += 1;
        if (batches > 1) return void (await sleep(batches * 10));
        throw Object.assign(new Error('broken'), { name: 'ValidationException' });
      });
      await expect(store.removeAll('ann', ALL)).rejects.toThrow('broken');
      const left = (await store.list(LIST)).records.length;
      const requests = sent.length;
      await sleep(400);
      expect(sent).toHaveLength(requests);
      expect((await store.list(LIST)).records).toHaveLength(left);
    }, 30_000);

    it.each([
      ['reads', 'QueryCommand'],
      ['deletes', 'BatchWriteItemCommand'],
    ])(
      'sends nothing more when it is stopped while it %s',
      async (_name, command) => {
        await Promise.all(Array.from({ length: 250 }, () => store.add(sampleTask())));
        const stop = new AbortController();
        onRequest(command, async () => stop.abort());
        await expect(store.removeAll('ann', { ...ALL, signal: stop.signal })).rejects.toThrow();
        const requests = sent.length;
        await sleep(200);
        expect(sent).toHaveLength(requests);
        expect((await store.list(LIST)).records).toHaveLength(100);
      },
      30_000,
    );

    it('waits for nothing when it is stopped between two tries of a batch', async () => {
      await store.add(sampleTask());
      const stop = new AbortController();
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const { RequestItems } = args.input as { RequestItems?: object };
            if (commandName !== 'BatchWriteItemCommand') return next(args);
            setTimeout(() => stop.abort(), 5);
            return { output: { $metadata: {}, UnprocessedItems: RequestItems } as never, response: {} };
          },
        { step: 'initialize' },
      );
      await expect(store.removeAll('ann', { ...ALL, signal: stop.signal })).rejects.toThrow();
      expect(sent.filter((name) => name === 'BatchWriteItemCommand')).toHaveLength(1);
    });
  });

  it('deletes what DynamoDB left undone of a batch', async () => {
    await Promise.all(Array.from({ length: 30 }, () => store.add(sampleTask())));
    let refusals = 0;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { RequestItems } = args.input as { RequestItems?: Record<string, object[]> };
          if (commandName !== 'BatchWriteItemCommand' || !RequestItems || refusals >= 2) return next(args);
          refusals++;
          return { output: { $metadata: {}, UnprocessedItems: RequestItems } as never, response: {} };
        },
      { step: 'initialize' },
    );
    expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
      removed: 30,
      finished: true,
    });
    expect(refusals).toBe(2);
    expect((await store.list(LIST)).records).toEqual([]);
  });

  it('reads as much for a page of completed tasks as the page holds, however many are open', async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.add(sampleTask({ completed: index % 20 === 0 }))),
    );
    let scanned = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        scanned += (result.output as { ScannedCount?: number }).ScannedCount ?? 0;
        return result;
      },
      { step: 'initialize' },
    );
    expect((await store.list({ ...LIST, filter: true, limit: 3 })).records).toHaveLength(3);
    expect(scanned).toBe(4);
  });
});

describe('a task added with an idempotency key', () => {
  const once = (task: Task) => store.addOnce(task, { key: 'key', nowMs: NOW_MS });

  it('costs three writes the first time, and one that fails each time after', async () => {
    await once(sampleTask());
    expect(sent).toEqual(['PutItemCommand', 'PutItemCommand', 'UpdateItemCommand']);
    sent.length = 0;
    await once(sampleTask());
    // DynamoDB sends the item with the failure. dynalite does not, and then the item is read.
    expect(['PutItemCommand', 'PutItemCommand,GetItemCommand']).toContain(sent.join());
  });

  it.each([
    ['before the key is taken', 0],
    ['between key and task', 1],
    ['between task and note', 2],
  ])('is finished by the next call when a call is cut off %s', async (_name, survived) => {
    let left = survived;
    const cut = clientOf(dynamo.endpoint);
    cut.middlewareStack.add(
      (next) => (args) =>
        left-- > 0 ? next(args) : Promise.reject(Object.assign(new Error('cut'), { name: 'Cut' })),
      { step: 'initialize' },
    );
    const lost = makeDynamoStore({ kind: tasks, client: viaSdk(cut), tableName });
    const first = sampleTask();
    await expect(lost.addOnce(first, { key: 'key', nowMs: NOW_MS })).rejects.toMatchObject({ name: 'Cut' });
    const retry = await once(sampleTask());
    expect(retry.replayed).toBe(survived > 0);
    if (survived > 0) expect(retry.record).toEqual(first);
    expect((await store.list(LIST)).records).toEqual([retry.record]);
    await store.remove(retry.record, 'any');
    expect((await once(sampleTask())).record).toEqual(retry.record);
    expect((await store.list(LIST)).records).toEqual([]);
    cut.destroy();
  });

  it('is not taken for a repetition when the answer to its own first try was lost', async () => {
    const task = sampleTask();
    loseFirstAnswer();
    expect(await once(task)).toEqual({ record: task, replayed: false });
    expect((await store.list(LIST)).records).toEqual([task]);
  });

  it('leaves a record that DynamoDB deletes a day later', async () => {
    await once(sampleTask());
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    const record = Items.find(({ id }) => id?.S?.startsWith('~key#'));
    expect(record?.['expiresAt']).toEqual({ N: String(NOW_MS / 1000 + 86_400) });
  });

  it.each([
    ['one by one', (task: Task) => store.remove(task, 'any')],
    ['with all others', () => store.removeAll('ann', { onlyFiltered: false, ...inTime })],
  ])('leaves nothing that the user wrote in the table when it is deleted %s', async (_name, remove) => {
    const task = sampleTask({
      title: 'secret-mark',
      description: 'secret-mark',
      dueAt: '2031-07-09T00:00:00.000Z',
    });
    const table = async () =>
      JSON.stringify((await client.send(new ScanCommand({ TableName: tableName }))).Items);
    await store.addOnce(task, { key: 'secret-mark', nowMs: NOW_MS });
    expect(await table()).toContain('secret-mark');
    await remove(task);
    expect(await table()).not.toMatch(/secret-mark|2031-07-09/);
  });
});

describe('a write whose answer was lost', () => {
  it('is not taken for a conflict when a task is added', async () => {
    const task = sampleTask();
    loseFirstAnswer();
    await store.add(task);
    expect(await store.find(task)).toEqual(task);
  });

  it.each<['any' | number[]]>([['any'], [[1]]])(
    'is not taken for a missing task when one is deleted (%j)',
    async (expected) => {
      const task = sampleTask();
      await store.add(task);
      loseFirstAnswer();
      await store.remove(task, expected);
      expect(await store.find(task)).toBeUndefined();
    },
  );

  it('is counted when completed tasks are deleted', async () => {
    await store.add(sampleTask({ completed: true }));
    loseFirstAnswer();
    expect(await store.removeAll('ann', { onlyFiltered: true, ...inTime })).toEqual({
      removed: 1,
      finished: true,
    });
  });

  it('is not counted when DynamoDB sends along a task that was re-opened meanwhile', async () => {
    const task = sampleTask({ completed: true });
    await store.add(task);
    failFirstAttempt('DeleteItemCommand');
    let reopened = false;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'DeleteItemCommand') return next(args);
          const elsewhere = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName });
          if (!reopened)
            await elsewhere.update(task, { changes: { completed: false }, expected: 'any', nowMs: 0 });
          reopened = true;
          return next(args).catch((error) => Promise.reject(Object.assign(error, { Item: {} })));
        },
      { step: 'initialize' },
    );
    expect((await store.removeAll('ann', { onlyFiltered: true, ...inTime })).removed).toBe(0);
    expect(await store.find(task)).toMatchObject({ completed: false });
  });

  it.each<['any' | number[]]>([['any'], [[1]]])(
    'is carried out once, and not taken for a conflict, when a task is updated (%j)',
    async (expected) => {
      const task = sampleTask();
      await store.add(task);
      loseFirstAnswer();
      const updated = await store.update(task, { changes: { title: 'New' }, expected, nowMs: NOW_MS });
      expect(updated).toMatchObject({ title: 'New', version: 2 });
      expect(await store.find(task)).toEqual(updated);
    },
  );

  it('is a conflict all the same when the task is missing or in another version', async () => {
    const task = sampleTask();
    const update = { changes: { title: 'New' }, nowMs: NOW_MS };
    failFirstAttempt();
    await expect(store.update(task, { ...update, expected: 'any' })).rejects.toMatchObject({
      code: 'task_not_found',
    });
    await store.add(task);
    failFirstAttempt();
    await expect(store.update(task, { ...update, expected: [2] })).rejects.toMatchObject({
      code: 'stale_version',
    });
  });

  it('still refuses an id that is taken', async () => {
    const task = sampleTask();
    await store.add(task);
    await expect(store.add(task)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });
});
