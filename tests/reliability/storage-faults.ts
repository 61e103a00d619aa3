import { deepStrictEqual } from 'node:assert/strict';
import type { RecordOf } from '../../functions/domain/kind.ts';
import { type CallOptions, makeApi } from '../../support/api.ts';
import { deployedClient, type Embedded, startDynamo, storesIn } from '../../support/dynamodb.ts';
import { findMarkedBody, type ServedOperation } from '../../support/operations.ts';
import { type AnyFields, createRecord, filtered, RESOURCES, type Resource } from '../../support/resources.ts';
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

interface Request {
  readonly name: string;
  readonly resource: Resource;
  readonly operationId: string;
  readonly options: (id: string) => CallOptions;
  /** Texts of the records once it was carried out; before it they are `first` and `second`. */
  readonly after: readonly string[];
}

const IF_MATCH = { headers: { 'If-Match': '"1"' } };
const BEFORE = ['first', 'second'];

/** Every operation on a kind, with and without what makes it conditional. */
function requestsOf(resource: Resource): Request[] {
  const { kind, textField, create, get, list, updates, remove, removeAll } = resource;
  const request = (
    name: string,
    { operationId }: ServedOperation,
    after: readonly string[],
    options: Request['options'] = () => ({}),
  ): Request => ({ name: `${name} (${kind.plural})`, resource, operationId, options, after });
  const body = findMarkedBody(create, 'third');
  const changes = { [textField]: 'changed', ...filtered(resource, false) };
  const created = [...BEFORE, 'third'];
  return [
    request('a creation', create, created, () => ({ body })),
    request('a creation with a key', create, created, () => ({
      body,
      headers: { 'Idempotency-Key': 'key' },
    })),
    request('a read', get, BEFORE, (id) => ({ id })),
    request('a list', list, BEFORE),
    ...updates.slice(0, 1).flatMap((update) => [
      request('an update', update, ['changed', 'second'], (id) => ({ id, body: changes })),
      request('an update on a version', update, ['changed', 'second'], (id) => ({
        id,
        body: changes,
        ...IF_MATCH,
      })),
    ]),
    request('a deletion', remove, ['second'], (id) => ({ id })),
    request('a deletion on a version', remove, ['second'], (id) => ({ id, ...IF_MATCH })),
    ...(removeAll ? [request('a deletion of all', removeAll, [], () => ({ query: { all: 'true' } }))] : []),
  ];
}

interface Case {
  readonly fault: Fault;
  readonly request: Request;
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
  promise: `Whatever happens between a function and DynamoDB, the answer is a documented one within 3 s. An acknowledged write is there once, an unacknowledged one is there whole or not at all. The next request works.`,
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
        what: 'undocumented answers, lost, doubled or half written records, failures after the fault',
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
    RESOURCES.flatMap(requestsOf).flatMap((request) =>
      counts.map((attempts) => ({ fault, request, attempts })),
    ),
  );
}

async function runCase(dynamo: Embedded, one: Case, totals: Totals): Promise<void> {
  const proxy = await startFaultProxy(dynamo.endpoint);
  try {
    await checkCase({ dynamo, proxy, one, totals });
  } catch (error) {
    const often = one.attempts === ALWAYS ? 'always' : `${one.attempts}×`;
    throw new Error(`${one.request.name}, ${one.fault}, ${often}: ${(error as Error).message}`, {
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
  const { resource, operationId, options } = one.request;
  const direct = storesIn(tableName, dynamo.client)(resource.kind);
  const all = async () => (await direct.list(WHOLE_LIST)).records;
  const client = deployedClient(proxy.endpoint);
  const api = makeApi({ storeOf: storesIn(tableName, client) });
  const first = await createRecord(api, resource, { fields: filtered(resource, true) });
  await createRecord(api, resource, { mark: 'second' });
  const before = await all();

  proxy.inject(one.fault, one.attempts);
  const begun = performance.now();
  const { status } = await api.call(operationId, options(first.id));
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
  requireWhole(await all(), { before, request: one.request, acknowledged: status < 300 });
  await createRecord(api, resource, { mark: 'after' });
}

const WHOLE_LIST = { ownerId: 'ann', filter: undefined, newestFirst: false, after: undefined, limit: 99 };

/** A late attempt may still be on its way to the table. */
async function settle(fault: Fault): Promise<void> {
  if (fault === 'slow before the write') await new Promise((done) => setTimeout(done, 2500));
}

/** The records are those from before the request or those from after it, never anything between. */
function requireWhole(
  now: readonly RecordOf<AnyFields>[],
  {
    before,
    request,
    acknowledged,
  }: { before: readonly RecordOf<AnyFields>[]; request: Request; acknowledged: boolean },
): void {
  const { resource, after } = request;
  const texts = now.map((record) => record[resource.textField]);
  const isAfter = JSON.stringify(texts) === JSON.stringify(after);
  if (acknowledged || isAfter) deepStrictEqual(texts, after);
  // A deletion of all is the one operation that may be carried out in part.
  else if (resource.removeAll?.operationId !== request.operationId) deepStrictEqual(now, before);
  for (const record of now) {
    if (record[resource.textField] !== 'changed') continue;
    const { version, ...fields } = record;
    deepStrictEqual({ ...fields, ...filtered(resource, false) }, fields);
    deepStrictEqual(version, 2);
  }
}
