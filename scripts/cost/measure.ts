import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { makeLog } from '../../common/log.ts';
import { makeNewId } from '../../functions/domain/record-id.ts';
import type { ApiHandler } from '../../functions/http/api-handler.ts';
import type { OwnedServices } from '../../functions/http/owned-endpoints.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { apiEvent, type EventOptions } from '../../support/api-event.ts';
import { clientOf, viaSdk } from '../../support/dynamodb.ts';
import { makeHandlers } from '../../support/handlers.ts';
import { startDatabase } from '../../support/measure/database.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { type AnyFields, EXAMPLE, filtered } from '../../support/resources.ts';
import type { Operation } from './model.ts';

/** Records of a user, and of a page. */
const RECORDS = 50;
const CALLS = 200;
const WARM_UP = 100;
const CONTEXT = { getRemainingTimeInMillis: () => 10_000 } as Context;
const { list, create, get, remove, removeAll, updates, textField } = EXAMPLE;
const PATCH = updates[0]?.functionName ?? '';
/** Half a kilobyte as it is stored. */
const BODY = findMarkedBody(create, 'x'.repeat(150));

/** Capacity units, calls and CPU time of each operation, on a DynamoDB of its own and one user with 50 records of the first kind. */
export async function measureOperations(): Promise<Record<string, Operation>> {
  const database = await startDatabase();
  const client = clientOf(database.endpoint);
  const capacity = countCapacity(client);
  const services = makeServices(client, database.table);
  const measured: Record<string, Operation> = {};
  try {
    for (const [name, prepare] of Object.entries(operations(services))) {
      measured[name] = await measure(await prepare(), capacity);
    }
    return measured;
  } finally {
    client.destroy();
    database.stop();
  }
}

function makeServices(client: DynamoDBClient, tableName: string): OwnedServices<AnyFields> {
  return {
    log: makeLog({ write: () => {} }),
    now: Date.now,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: makeDynamoStore({ kind: EXAMPLE.kind, client: viaSdk(client), tableName }),
    newId: makeNewId(Date.now, randomBytes),
  };
}

/** One call of an operation, over and over. */
type Once = () => Promise<APIGatewayProxyResult>;

function operations(services: OwnedServices<AnyFields>): Record<string, () => Promise<Once>> {
  const handlerOf = makeHandlers(() => services);
  let made = 0;
  const userWith = async (records: number) => {
    const userId = `user-${++made}`;
    const ids: string[] = [];
    for (let index = 0; index < records; index++) {
      const reply = await call(handlerOf(create.functionName), { method: 'POST', body: BODY }, userId);
      ids.push(JSON.parse(reply.body).id);
    }
    const ask = (handler: ApiHandler, options: EventOptions) => call(handler, options, userId);
    return { ids, ask };
  };
  return {
    list: async () => {
      const { ask } = await userWith(RECORDS);
      return () => ask(handlerOf(list.functionName), {});
    },
    create: async () => {
      const { ask } = await userWith(0);
      return () => ask(handlerOf(create.functionName), { method: 'POST', body: BODY });
    },
    get: async () => {
      const { ids, ask } = await userWith(RECORDS);
      return () => ask(handlerOf(get.functionName), of(ids[0]));
    },
    'update (text)': async () => {
      const { ids, ask } = await userWith(RECORDS);
      let turn = 0;
      return () =>
        ask(handlerOf(PATCH), { ...of(ids[0]), method: 'PATCH', body: { [textField]: `Turn ${++turn}` } });
    },
    'update (filter)': async () => {
      const { ids, ask } = await userWith(RECORDS);
      let value = false;
      return () => {
        value = !value;
        return ask(handlerOf(PATCH), { ...of(ids[0]), method: 'PATCH', body: filtered(EXAMPLE, value) });
      };
    },
    delete: async () => {
      const { ids, ask } = await userWith(2 * CALLS + WARM_UP);
      return () => ask(handlerOf(remove.functionName), { ...of(ids.pop()), method: 'DELETE' });
    },
    ...(removeAll && {
      'delete all (50)': async () => {
        const users: Awaited<ReturnType<typeof userWith>>[] = [];
        for (let index = 0; index < 4; index++) users.push(await userWith(RECORDS));
        return async () => {
          const { ask } = users.pop() ?? (await userWith(RECORDS));
          return ask(handlerOf(removeAll.functionName), { method: 'DELETE', query: { all: 'true' } });
        };
      },
    }),
  };
}

const of = (id = ''): EventOptions => ({
  path: `${EXAMPLE.path}/${id}`,
  pathParameters: { [get.pathParameters[0] ?? '']: id },
});

async function call(
  handler: ApiHandler,
  options: EventOptions,
  userId: string,
): Promise<APIGatewayProxyResult> {
  const expiresAt = Math.floor(Date.now() / 1000) + 3600;
  const reply = await handler(
    apiEvent({ ...options, caller: { userId, emailVerified: true, expiresAt } }),
    CONTEXT,
  );
  if (reply.statusCode >= 300) throw new Error(`answered with ${reply.statusCode}: ${reply.body}`);
  return reply;
}

async function measure(once: Once, capacity: Capacity): Promise<Operation> {
  capacity.take();
  const { body } = await once();
  const { reads, writes, calls } = capacity.take();
  // Deleting many makes its own users, whose making would count.
  const repeatable = calls === 1;
  if (repeatable) for (let index = 0; index < WARM_UP; index++) await once();
  const rounds = repeatable ? CALLS : 1;
  const before = process.cpuUsage();
  for (let index = 0; index < rounds; index++) await once();
  const { user, system } = process.cpuUsage(before);
  return {
    reads,
    writes,
    calls,
    cpuMs: round((user + system) / 1000 / rounds),
    bytes: Buffer.byteLength(body),
  };
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Units and calls since it was last asked. */
interface Capacity {
  readonly take: () => { reads: number; writes: number; calls: number };
}

/** Makes DynamoDB say what each call consumed. dynalite leaves the index out, so its share is added by AWS's own rules. */
function countCapacity(client: DynamoDBClient): Capacity {
  let counted = { reads: 0, writes: 0, calls: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (command) => {
        const result = await next({
          ...command,
          input: { ...command.input, ReturnConsumedCapacity: 'TOTAL' },
        });
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Units | Units[] };
        const units = [ConsumedCapacity ?? {}]
          .flat()
          .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        const written = !/^(Get|Query)/.test(commandName);
        counted.calls++;
        if (written) counted.writes += units + indexWrites(command.input, units);
        else counted.reads += units;
        return result;
      },
    { step: 'initialize' },
  );
  return {
    take: () => {
      const taken = counted;
      counted = { reads: 0, writes: 0, calls: 0 };
      return taken;
    },
  };
}

interface Units {
  readonly CapacityUnits?: number;
}

/**
 * The index holds all attributes of a record, so each write of one also writes the index. A write that changes
 * the filter deletes one index entry and adds another.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ThroughputConsiderations.Writes
 */
function indexWrites(input: object, units: number): number {
  const moves = JSON.stringify(input).includes('completedId') && 'UpdateExpression' in input;
  return moves ? 2 * units : units;
}
