import { randomBytes } from 'node:crypto';
import { makeNewTaskId } from '../domain/task-id.ts';
import type { TaskStore } from '../domain/task-store.ts';
import type { ApiServices } from '../http/endpoint.ts';
import { makeDynamoClient } from '../store/dynamo-client.ts';
import { makeDynamoRequestCounter } from '../store/dynamo-request-counter.ts';
import { makeDynamoTaskStore } from '../store/dynamo-task-store.ts';
import { apiServices, findRequestsPerMinute, readEnvironment, requireTableName } from './config.ts';

/** What the endpoints of tasks work with. */
export interface TaskServices extends ApiServices {
  readonly store: TaskStore;
  readonly newId: () => string;
}

/** Wires the endpoints of tasks to the environment. */
export function taskServices(): TaskServices {
  const env = readEnvironment();
  const services = apiServices(env);
  const client = makeDynamoClient();
  const inTable = (variable: string) => ({ client, tableName: requireTableName(env, variable) });
  const perMinute = findRequestsPerMinute(env);
  return {
    ...services,
    rateLimit:
      perMinute === undefined
        ? undefined
        : { perMinute, count: makeDynamoRequestCounter(inTable('RATE_LIMIT_TABLE')) },
    store: makeDynamoTaskStore(inTable('TASKS_TABLE')),
    newId: makeNewTaskId(services.now, randomBytes),
  };
}
