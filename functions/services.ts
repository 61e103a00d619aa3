import { randomBytes } from 'node:crypto';
import { apiServices, requireTableName } from './config.ts';
import { makeNewTaskId } from './domain/task-id.ts';
import type { TaskStore } from './domain/task-store.ts';
import type { ApiServices } from './http/endpoint.ts';
import { makeDynamoClient } from './store/dynamo-client.ts';
import { makeDynamoTaskStore } from './store/dynamo-task-store.ts';

/** What the endpoints of tasks work with. */
export interface TaskServices extends ApiServices {
  readonly store: TaskStore;
  readonly newId: () => string;
}

/** Wires the endpoints of tasks to the environment. */
export function taskServices(): TaskServices {
  const services = apiServices();
  return {
    ...services,
    store: makeDynamoTaskStore({ client: makeDynamoClient(), tableName: requireTableName() }),
    newId: makeNewTaskId(services.now, randomBytes),
  };
}
