import { tasks } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { getTaskContract } from './http/generated/get-task.ts';
import { getOwned } from './http/owned-endpoints.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** GET /api/tasks/{taskId}. openapi.yml `getTask`. */
export const getTask: Endpoint<'getTask', TaskServices> = getOwned(tasks);
export const handler = apiHandler(getTaskContract, getTask, taskServices);
