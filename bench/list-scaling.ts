import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toItem } from '../functions/store/item.ts';
import { apiEvent } from '../support/api-event.ts';
import { clientOf, deployedClient } from '../support/dynamodb.ts';
import { makeHandlers } from '../support/handlers.ts';
import { startDatabase } from '../support/measure/database.ts';
import type { Benchmark, Detail, Result } from '../support/measure/result.ts';
import { interleave, perCall, type Rounds } from '../support/measure/rounds.ts';
import { EXAMPLE } from '../support/resources.ts';
import { CONTEXT, exampleRecord, makeServices } from './example-api.ts';

const PAGE = 20;
const BATCH = 25;
const CONCURRENCY = 16;
const BATCH_MS = 60;

/** Users by the number of their tasks. `page` has as many as one list of {@link PAGE} reads: one more, to know of more. */
const USERS = { ten: 10, page: PAGE + 1, thousand: 1_000, tenThousand: 10_000, many: 100_000 };

/** Title of the table over all of {@link USERS}, which is drawn as well. */
export const GROWTH_TITLE = `A list of ${PAGE} by the number of tasks, ms`;

const { filter } = EXAMPLE.kind;
const LISTS: readonly (readonly [name: string, query: Readonly<Record<string, string>>])[] = [
  ['a list', {}],
  ...(filter === undefined ? [] : [['a filtered list', { [filter]: 'true' }] as const]),
];

export const listScaling: Benchmark = {
  ids: ['W2'],
  seconds: 180,
  run: async ({ rounds = 40 }) => {
    const database = await startDatabase();
    const [client, sdk] = [deployedClient(database.endpoint), clientOf(database.endpoint)];
    try {
      for (const [owner, tasks] of Object.entries(USERS)) await fill(sdk, database.table, { owner, tasks });
      const services = makeServices(client, database.table);
      const list = makeHandlers(() => services)(EXAMPLE.list.functionName);
      const variants = Object.keys(USERS).flatMap((caller) =>
        LISTS.map(([name, filter]) => {
          const event = apiEvent({ query: { limit: String(PAGE), ...filter }, caller });
          const sample = perCall(() => list(event, CONTEXT), { batchMs: BATCH_MS, block: 5 });
          return { name: `${name} ${caller}`, sample };
        }),
      );
      const measured = await interleave(variants, rounds);
      return { results: results(measured), details: [growth(measured)] };
    } finally {
      client.destroy();
      sdk.destroy();
      database.stop();
    }
  },
};

/** The filter holds for every second record of a user with many. It holds for all of one with few, so that lists are as long. */
async function fill(
  client: DynamoDBClient,
  table: string,
  { owner, tasks }: { owner: string; tasks: number },
) {
  let made = 0;
  const work = async () => {
    while (made < tasks) {
      const size = Math.min(BATCH, tasks - made);
      made += size;
      const items = Array.from({ length: size }, (_, index) =>
        toItem(EXAMPLE.kind, exampleRecord(owner, tasks <= BATCH || index % 2 === 0)),
      );
      const requests = items.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

/** A user with fewer tasks than a page gets a shorter answer, so the table begins with a full page. */
function growth(measured: Rounds): Detail {
  const { ten: _, ...users } = USERS;
  return {
    title: GROWTH_TITLE,
    columns: ['tasks', ...LISTS.map(([list]) => list)],
    rows: Object.entries(users).map(([user, tasks]) => [
      tasks,
      ...LISTS.map(([list]) => (measured.median(`${list} ${user}`) / 1000).toFixed(2)),
    ]),
  };
}

function results(measured: Rounds): Result[] {
  const row = (list: string, user: 'ten' | 'page'): Result => ({
    id: 'W2',
    what: `${list} of ${PAGE} from ${USERS.many} tasks against the same from ${USERS[user]}`,
    goal: { compare: '≤', limit: 1.3, unit: '×' },
    figure: measured.ratio(`${list} many`, `${list} ${user}`),
    note: `${(measured.median(`${list} many`) / 1000).toFixed(2)} ms against ${(measured.median(`${list} ${user}`) / 1000).toFixed(2)} ms${user === 'ten' ? ', which answers with half as many' : ''}, quartiles ${measured.spread(`${list} many`, `${list} ${user}`)}`,
  });
  return LISTS.flatMap(([list]) => [row(list, 'ten'), row(list, 'page')]);
}
