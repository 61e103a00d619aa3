import { deepStrictEqual } from 'node:assert/strict';
import { type Task, tasks } from '../../functions/domain/task.ts';
import { makeDynamoClient } from '../../functions/store/dynamo-client.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { type CallOptions, makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import type { TaskBody } from '../../support/tasks.ts';
import { FAULTS, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { inParallel, type Scale, type Scenario } from './scenario.ts';

/** As the product promises, for any fault. */
const ANSWER_MAX_MS = 3000;
const ALWAYS = Number.POSITIVE_INFINITY;
const CONCURRENCY = 6;

const SHORT_FAULTS: readonly Fault[] = [
  'throttled by the table',
  'error 500 after the write',
  'connection reset before the write',
  'connection reset after the write',
];

interface Operation {
  readonly operationId: string;
  readonly options: (taskId: string) => CallOptions;
  /** Titles of the tasks once it was carried out; before it they are `first` and `second`. */
  readonly after: readonly string[];
}

const CHANGES = { title: 'changed', completed: false };
const IF_MATCH = { headers: { 'If-Match': '"1"' } };

const OPERATIONS = {
  'a creation': {
    operationId: 'createTask',
    options: () => ({ body: { title: 'third' } }),
    after: ['first', 'second', 'third'],
  },
  'a creation with a key': {
    operationId: 'createTask',
    options: () => ({ body: { title: 'third' }, headers: { 'Idempotency-Key': 'key' } }),
    after: ['first', 'second', 'third'],
  },
  'a read': { operationId: 'getTask', options: (taskId) => ({ taskId }), after: ['first', 'second'] },
  'a list': { operationId: 'listTasks', options: () => ({}), after: ['first', 'second'] },
  'an update': {
    operationId: 'updateTask',
    options: (taskId) => ({ taskId, body: CHANGES }),
    after: ['changed', 'second'],
  },
  'an update on a version': {
    operationId: 'updateTask',
    options: (taskId) => ({ taskId, body: CHANGES, ...IF_MATCH }),
    after: ['changed', 'second'],
  },
  'a deletion': { operationId: 'deleteTask', options: (taskId) => ({ taskId }), after: ['second'] },
  'a deletion on a version': {
    operationId: 'deleteTask',
    options: (taskId) => ({ taskId, ...IF_MATCH }),
    after: ['second'],
  },
  'a deletion of all': { operationId: 'deleteTasks', options: () => ({ query: { all: 'true' } }), after: [] },
} satisfies Record<string, Operation>;

type OperationName = keyof typeof OPERATIONS;

interface Case {
  readonly fault: Fault;
  readonly operation: OperationName;
  /** How many attempts meet the fault. */
  readonly attempts: number;
}

interface Totals {
  cases: number;
  acknowledged: number;
  unavailable: number;
  slowestMs: number;
}

export const storageFaults: Scenario = {
  name: 'Storage faults',
  promise: `Whatever happens between the SDK and DynamoDB, the answer is a documented one within 3 s. An acknowledged write is there once, an unacknowledged one is there whole or not at all. The next request works.`,
  run: async (scale) => {
    const dynamo = await startDynamo();
    const totals: Totals = { cases: 0, acknowledged: 0, unavailable: 0, slowestMs: 0 };
    try {
      await inParallel(
        casesOf(scale).map((one) => () => runCase(dynamo, one, totals)),
        CONCURRENCY,
      );
    } finally {
      await dynamo.stop();
      for (const name of Object.keys(LAMBDA_ENV)) delete process.env[name];
    }
    return [
      { what: 'cases: a fault × an operation × once, twice or always', figure: String(totals.cases) },
      { what: 'acknowledged in spite of the fault', figure: String(totals.acknowledged) },
      { what: 'answered 503', figure: String(totals.unavailable) },
      {
        what: 'slowest answer',
        figure: `${Math.round(totals.slowestMs)} ms`,
        limit: `≤ ${ANSWER_MAX_MS} ms`,
      },
      {
        what: 'undocumented answers, lost, doubled or half written tasks, failures after the fault',
        figure: '0',
        limit: '0',
      },
    ];
  },
};

function casesOf(scale: Scale): Case[] {
  const faults = scale === 'full' ? (Object.keys(FAULTS) as Fault[]) : SHORT_FAULTS;
  const counts = scale === 'full' ? [1, 2, ALWAYS] : [1, ALWAYS];
  return faults.flatMap((fault) =>
    (Object.keys(OPERATIONS) as OperationName[]).flatMap((operation) =>
      counts.map((attempts) => ({ fault, operation, attempts })),
    ),
  );
}

async function runCase(dynamo: Embedded, one: Case, totals: Totals): Promise<void> {
  const proxy = await startFaultProxy(dynamo.endpoint);
  try {
    await checkCase({ dynamo, proxy, one, totals });
  } catch (error) {
    const often = one.attempts === ALWAYS ? 'always' : `${one.attempts}×`;
    throw new Error(`${one.operation}, ${one.fault}, ${often}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    proxy.stop();
  }
}

interface Stage {
  readonly dynamo: Embedded;
  readonly proxy: FaultProxy;
  readonly one: Case;
  readonly totals: Totals;
}

async function checkCase({ dynamo, proxy, one, totals }: Stage): Promise<void> {
  const tableName = await dynamo.freshTable();
  const direct = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName });
  const all = async () => (await direct.list(WHOLE_LIST)).records;
  const api = makeApi({
    store: makeDynamoStore({ kind: tasks, client: lambdaClient(proxy.endpoint), tableName }),
  });
  const first = await api.call<TaskBody>('createTask', { body: { title: 'first', completed: true } });
  await api.call('createTask', { body: { title: 'second' } });
  const before = await all();

  proxy.inject(one.fault, one.attempts);
  const begun = performance.now();
  const { operationId, options }: Operation = OPERATIONS[one.operation];
  const { status } = await api.call(operationId, options(first.json.id));
  const elapsedMs = performance.now() - begun;
  proxy.heal();

  totals.cases += 1;
  totals.slowestMs = Math.max(totals.slowestMs, elapsedMs);
  if (elapsedMs > ANSWER_MAX_MS) throw new Error(`answered after ${Math.round(elapsedMs)} ms`);
  if (status !== 503 && status >= 300) throw new Error(`answered ${status}`);
  totals[status === 503 ? 'unavailable' : 'acknowledged'] += 1;
  const isNoFaultAtAll = one.attempts === 1 && status === 503;
  if (isNoFaultAtAll) throw new Error('one failed attempt was not made good');
  await settle(one.fault);
  requireWhole(await all(), { before, operation: one.operation, acknowledged: status < 300 });
  const after = await api.call('createTask', { body: { title: 'after' } });
  if (after.status !== 201) throw new Error(`the next request was answered with ${after.status}`);
}

const WHOLE_LIST = { ownerId: 'ann', filter: undefined, newestFirst: false, after: undefined, limit: 99 };

const LAMBDA_ENV = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: '',
};

/** The client that is deployed, with its time-outs and retries, pointed at the proxy. */
function lambdaClient(endpoint: string) {
  Object.assign(process.env, LAMBDA_ENV, { AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  return makeDynamoClient();
}

/** A late attempt may still be on its way to the table. */
async function settle(fault: Fault): Promise<void> {
  if (fault === 'slow before the write') await new Promise((done) => setTimeout(done, 2500));
}

/** The tasks are those from before the request or those from after it, never anything between. */
function requireWhole(
  now: readonly Task[],
  {
    before,
    operation,
    acknowledged,
  }: { before: readonly Task[]; operation: OperationName; acknowledged: boolean },
): void {
  const titles = now.map(({ title }) => title);
  const { after }: Operation = OPERATIONS[operation];
  const isAfter = JSON.stringify(titles) === JSON.stringify(after);
  if (acknowledged || isAfter) deepStrictEqual(titles, after);
  else if (operation !== 'a deletion of all') deepStrictEqual(now, before);
  for (const task of now)
    if (task.title === 'changed') deepStrictEqual([task.completed, task.version], [false, 2]);
}
