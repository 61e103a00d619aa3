import { tasks } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { listTasksContract } from './http/generated/list-tasks.ts';
import { listOwned } from './http/owned-endpoints.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** GET /api/tasks. openapi.yml `listTasks`. */
export const listTasks: Endpoint<'listTasks', TaskServices> = listOwned(tasks);
export const handler = apiHandler(listTasksContract, listTasks, taskServices);
