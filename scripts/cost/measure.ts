import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { makeLog } from '../../common/log.ts';
import { makeNewId } from '../../functions/domain/record-id.ts';
import { tasks } from '../../functions/domain/task.ts';
import type { ApiHandler } from '../../functions/http/api-handler.ts';
import type { TaskServices } from '../../functions/services/task-services.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { apiEvent, type EventOptions } from '../../support/api-event.ts';
import { clientOf } from '../../support/dynamodb.ts';
import { makeHandlers } from '../../support/handlers.ts';
import { startDatabase } from '../../support/measure/database.ts';
import type { Operation } from './model.ts';

/** Tasks of a user, and of a page. */
const TASKS = 50;
const CALLS = 200;
const WARM_UP = 100;
const CONTEXT = { getRemainingTimeInMillis: () => 10_000 } as Context;
const TASK = { title: 'Call the plumber about the kitchen tap', description: 'x'.repeat(300) };

/** Capacity units, calls and CPU time of each operation, on a DynamoDB of its own and one user with 50 tasks. */
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

function makeServices(client: DynamoDBClient, tableName: string): TaskServices {
  return {
    log: makeLog({ write: () => {} }),
    now: Date.now,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: makeDynamoStore({ kind: tasks, client, tableName }),
    newId: makeNewId(Date.now, randomBytes),
  };
}

/** One call of an operation, over and over. */
type Once = () => Promise<APIGatewayProxyResult>;

function operations(services: TaskServices): Record<string, () => Promise<Once>> {
  const handlerOf = makeHandlers(() => services);
  let made = 0;
  const userWithTasks = async (tasks: number) => {
    const userId = `user-${++made}`;
    const ids: string[] = [];
    for (let index = 0; index < tasks; index++) {
      const reply = await call(handlerOf('createTask'), { method: 'POST', body: TASK }, userId);
      ids.push(JSON.parse(reply.body).id);
    }
    const ask = (handler: ApiHandler, options: EventOptions) => call(handler, options, userId);
    return { ids, ask };
  };
  return {
    listTasks: async () => {
      const { ask } = await userWithTasks(TASKS);
      return () => ask(handlerOf('listTasks'), {});
    },
    createTask: async () => {
      const { ask } = await userWithTasks(0);
      return () => ask(handlerOf('createTask'), { method: 'POST', body: TASK });
    },
    getTask: async () => {
      const { ids, ask } = await userWithTasks(TASKS);
      return () => ask(handlerOf('getTask'), of(ids[0]));
    },
    'updateTask (title)': async () => {
      const { ids, ask } = await userWithTasks(TASKS);
      let turn = 0;
      return () =>
        ask(handlerOf('updateTask'), { ...of(ids[0]), method: 'PATCH', body: { title: `Turn ${++turn}` } });
    },
    'updateTask (completed)': async () => {
      const { ids, ask } = await userWithTasks(TASKS);
      let completed = false;
      return () => {
        completed = !completed;
        return ask(handlerOf('updateTask'), { ...of(ids[0]), method: 'PATCH', body: { completed } });
      };
    },
    deleteTask: async () => {
      const { ids, ask } = await userWithTasks(2 * CALLS + WARM_UP);
      return () => ask(handlerOf('deleteTask'), { ...of(ids.pop()), method: 'DELETE' });
    },
    'deleteTasks (50)': async () => {
      const users: Awaited<ReturnType<typeof userWithTasks>>[] = [];
      for (let index = 0; index < 4; index++) users.push(await userWithTasks(TASKS));
      return async () => {
        const { ask } = users.pop() ?? (await userWithTasks(TASKS));
        return ask(handlerOf('deleteTasks'), { method: 'DELETE', query: { all: 'true' } });
      };
    },
  };
}

const of = (taskId = ''): EventOptions => ({ path: `/api/tasks/${taskId}`, pathParameters: { taskId } });

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
 * The index holds all attributes of a task, so each write of a task also writes the index. A write that changes
 * `completed` deletes one index entry and adds another.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ThroughputConsiderations.Writes
 */
function indexWrites(input: object, units: number): number {
  const moves = JSON.stringify(input).includes('completedId') && 'UpdateExpression' in input;
  return moves ? 2 * units : units;
}
