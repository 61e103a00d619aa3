import { randomBytes } from 'node:crypto';
import { makeNewTaskId } from '../domain/task-id.ts';
import type { TaskStore } from '../domain/task-store.ts';
import type { ApiServices } from '../http/endpoint.ts';
import { makeDynamoClient } from '../store/dynamo-client.ts';
import { makeDynamoRequestCounter } from '../store/dynamo-request-counter.ts';
import { makeDynamoTaskStore } from '../store/dynamo-task-store.ts';
import { apiServices, findRequestsPerMinute, requireTableName } from './config.ts';

/** What the endpoints of tasks work with. */
export interface TaskServices extends ApiServices {
  readonly store: TaskStore;
  readonly newId: () => string;
}

/** Wires the endpoints of tasks to the environment. */
export function taskServices(): TaskServices {
  const services = apiServices();
  const table = { client: makeDynamoClient(), tableName: requireTableName() };
  const perMinute = findRequestsPerMinute();
  return {
    ...services,
    rateLimit: perMinute === undefined ? undefined : { perMinute, count: makeDynamoRequestCounter(table) },
    store: makeDynamoTaskStore(table),
    newId: makeNewTaskId(services.now, randomBytes),
  };
}
