import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordOf } from '../../functions/domain/kind.ts';
import { toItem } from '../../functions/store/item.ts';
import { makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo, storesIn } from '../../support/dynamodb.ts';
import {
  type AnyFields,
  EACH_RESOURCE,
  filtered,
  RESOURCES,
  type RecordBody,
  type Resource,
  sampleRecord,
} from '../../support/resources.ts';

/** Of each kind, in one partition. */
const RECORDS = 10_000;
/** Every so many records the field of the filter is true. */
const FILTERED_EVERY = 10;
const BATCH = 25;
const SLOW_MS = 60_000;

let dynamo: Embedded;
let tableName: string;
const stored = new Map<Resource, readonly RecordOf<AnyFields>[]>();
/** The ids that are in the table, which the last tests change. */
const current = new Map<Resource, Set<string>>();

beforeAll(
  async () => {
    dynamo = await startDynamo();
    tableName = await dynamo.freshTable();
    for (const resource of RESOURCES) {
      const records = await storeAll(resource);
      stored.set(resource, records);
      current.set(resource, new Set(records.map(({ id }) => id)));
    }
  },
  2 * SLOW_MS * RESOURCES.length,
);
afterAll(() => dynamo.stop());

/** What one page costs DynamoDB: how many items it looked at. */
let scanned: number[] = [];
beforeEach(() => {
  scanned = [];
});

const startApi = () => makeApi({ storeOf: storesIn(tableName, dynamo.client) });

async function storeAll(resource: Resource) {
  const { kind } = resource;
  const records = Array.from({ length: RECORDS }, (_, index) =>
    sampleRecord(resource, filtered(resource, index % FILTERED_EVERY === 0)),
  );
  for (let index = 0; index < RECORDS; index += BATCH) {
    const requests = records
      .slice(index, index + BATCH)
      .map((record) => ({ PutRequest: { Item: toItem(kind, record) } }));
    await dynamo.sdk.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
  return records;
}

beforeAll(() => {
  dynamo.sdk.middlewareStack.add(
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
  { list }: Resource,
  query: Record<string, string>,
  between: (page: number) => Promise<unknown> = async () => {},
) {
  const seen: string[] = [];
  let next: Record<string, string> | undefined = { limit: '100', ...query };
  for (let page = 0; next; page++) {
    // A new API for each page: a cursor outlives the function that made it.
    const { json, headers } = await startApi().call<RecordBody[]>(list.operationId, { query: next });
    seen.push(...json.map(({ id }) => id));
    next = nextQuery(headers);
    await between(page);
  }
  return seen;
}

describe.each(EACH_RESOURCE)(`paging through ${RECORDS} %s`, (plural, resource) => {
  const { kind } = resource;
  const idsOf = (isWanted: (record: RecordOf<AnyFields>) => boolean = () => true) =>
    (stored.get(resource) ?? []).filter(isWanted).map(({ id }) => id);

  it(
    'finds each in its order, and reads about one page for one page',
    async () => {
      expect(await readAll(resource, {})).toEqual(idsOf());
      expect(Math.max(...scanned)).toBeLessThanOrEqual(101);
      console.log(
        `paging: ${RECORDS} ${plural} in ${scanned.length} requests, at most ${Math.max(...scanned)} items read by one`,
      );
    },
    SLOW_MS,
  );

  for (const filter of kind.filter === undefined ? [] : [kind.filter]) {
    it(
      `reads only those that match for a page filtered by ${filter}`,
      async () => {
        const matching = idsOf((record) => record[filter] === true);
        const query = { [filter]: 'true', sort: '-createdAt' };
        expect(await readAll(resource, query)).toEqual(matching.toReversed());
        const sum = scanned.reduce((one, other) => one + other, 0);
        expect(sum).toBeLessThanOrEqual(matching.length + scanned.length);
        console.log(
          `filter: ${matching.length} of ${RECORDS} ${plural}, ${sum} items read in ${scanned.length} requests`,
        );
      },
      SLOW_MS,
    );
  }

  it.each([
    ['oldest first', 'createdAt'],
    ['newest first', '-createdAt'],
  ])(
    'while others are added and removed, finds each that was there throughout exactly once: %s',
    async (_name, sort) => {
      const store = storesIn(tableName, dynamo.client)(kind);
      const removed = new Set<string>();
      const present = new Set(current.get(resource));
      /** Removes a record from a place that wanders over the whole list, before and behind the reader, and adds one. */
      const disturb = async (page: number) => {
        const id = [...present][(page * 37) % present.size];
        if (id === undefined) return;
        present.delete(id);
        removed.add(id);
        const added = sampleRecord(resource, filtered(resource, false));
        const now = current.get(resource);
        now?.delete(id);
        now?.add(added.id);
        await Promise.all([store.remove({ ownerId: 'ann', id }, 'any'), store.add(added)]);
      };
      const seen = await readAll(resource, { sort }, disturb);
      expect(new Set(seen).size).toBe(seen.length);
      const throughout = new Set(seen);
      expect([...present].filter((id) => !throughout.has(id))).toEqual([]);
      expect(removed.size).toBeGreaterThanOrEqual(99);
      console.log(
        `paging under change (${sort}): ${present.size} ${plural} there throughout, each seen once, ${removed.size} removed and added meanwhile`,
      );
    },
    SLOW_MS,
  );
});
