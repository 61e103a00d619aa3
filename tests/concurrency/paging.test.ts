import { randomBytes } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRecord } from '../../functions/domain/kind.ts';
import { makeNewId } from '../../functions/domain/record-id.ts';
import { tasks as kind, type Task } from '../../functions/domain/task.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { toItem } from '../../functions/store/item.ts';
import { makeApi } from '../../support/api.ts';
import { NOW_MS } from '../../support/api-event.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import type { TaskBody } from '../../support/tasks.ts';

const TASKS = 10_000;
/** Every so many tasks one is completed. */
const COMPLETED_EVERY = 10;
const BATCH = 25;
const SLOW_MS = 60_000;

let dynamo: Embedded;
let tableName: string;
let tasks: Task[];

beforeAll(async () => {
  dynamo = await startDynamo();
  tableName = await dynamo.freshTable();
  const newId = makeNewId(() => NOW_MS - 60_000, randomBytes);
  const fields = { description: '', order: null, dueAt: null };
  tasks = Array.from({ length: TASKS }, (_, index) =>
    startRecord(
      { ...fields, title: `Task ${index}`, completed: index % COMPLETED_EVERY === 0 },
      { id: newId(), ownerId: 'ann', nowMs: NOW_MS },
    ),
  );
  for (let index = 0; index < TASKS; index += BATCH) {
    const requests = tasks
      .slice(index, index + BATCH)
      .map((task) => ({ PutRequest: { Item: toItem(kind, task) } }));
    await dynamo.client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}, SLOW_MS);
afterAll(() => dynamo.stop());

/** What one page costs DynamoDB: how many items it looked at. */
let scanned: number[] = [];
beforeEach(() => {
  scanned = [];
});

function startApi() {
  const store = makeDynamoStore({ kind, client: dynamo.client, tableName });
  return makeApi({ store });
}

beforeAll(() => {
  dynamo.client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { ScannedCount } = result.output as { ScannedCount?: number };
      if (ScannedCount !== undefined) scanned.push(ScannedCount);
      return result;
    },
    { step: 'initialize' },
  );
});

function nextQuery(headers: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const link = /^<([^>]+)>/.exec(headers['Link'] ?? '')?.[1];
  return link === undefined ? undefined : Object.fromEntries(new URL(link).searchParams);
}

/** Follows the links from page to page; `between` runs after each. */
async function readAll(
  query: Record<string, string>,
  between: (page: number) => Promise<unknown> = async () => {},
) {
  const seen: string[] = [];
  let next: Record<string, string> | undefined = { limit: '100', ...query };
  for (let page = 0; next; page++) {
    // A new API for each page: a cursor outlives the function that made it.
    const { json, headers } = await startApi().call<TaskBody[]>('listTasks', { query: next });
    seen.push(...json.map(({ id }) => id));
    next = nextQuery(headers);
    await between(page);
  }
  return seen;
}

describe(`paging through ${TASKS} tasks`, () => {
  it(
    'finds each in its order, and reads about one page for one page',
    async () => {
      const ids = tasks.map(({ id }) => id);
      expect(await readAll({})).toEqual(ids);
      expect(Math.max(...scanned)).toBeLessThanOrEqual(101);
      console.log(
        `paging: ${ids.length} tasks in ${scanned.length} requests, at most ${Math.max(...scanned)} items read by one`,
      );
    },
    SLOW_MS,
  );

  it(
    'reads only completed tasks for a page of completed ones',
    async () => {
      const completed = tasks.filter((task) => task.completed).map(({ id }) => id);
      expect(await readAll({ completed: 'true', sort: '-createdAt' })).toEqual(completed.toReversed());
      const sum = scanned.reduce((one, other) => one + other, 0);
      expect(sum).toBeLessThanOrEqual(completed.length + scanned.length);
      console.log(
        `filter: ${completed.length} completed of ${TASKS} tasks, ${sum} items read in ${scanned.length} requests`,
      );
    },
    SLOW_MS,
  );

  it.each([
    ['oldest first', 'createdAt'],
    ['newest first', '-createdAt'],
  ])(
    'while others are added and removed, finds each that was there throughout exactly once: %s',
    async (_name, sort) => {
      const { store } = startApi().services;
      const newId = makeNewId(() => NOW_MS, randomBytes);
      const fields = { title: 'Other', description: '', completed: false, order: null, dueAt: null };
      const removed = new Set<string>();
      const present = new Set((await readAll({})).values());
      /** Removes a task from a place that wanders over the whole list, before and behind the reader, and adds one. */
      const disturb = async (page: number) => {
        const id = [...present][(page * 37) % present.size];
        if (id === undefined) return;
        present.delete(id);
        removed.add(id);
        await Promise.all([
          store.remove({ ownerId: 'ann', id }, 'any'),
          store.add(startRecord(fields, { id: newId(), ownerId: 'ann', nowMs: NOW_MS })),
        ]);
      };
      const seen = await readAll({ sort }, disturb);
      expect(new Set(seen).size).toBe(seen.length);
      const throughout = new Set(seen);
      expect([...present].filter((id) => !throughout.has(id))).toEqual([]);
      expect(removed.size).toBeGreaterThanOrEqual(99);
      console.log(
        `paging under change (${sort}): ${present.size} tasks there throughout, each seen once, ${removed.size} removed and added meanwhile`,
      );
    },
    SLOW_MS,
  );
});
