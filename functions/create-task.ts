import { tasks } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { createTaskContract } from './http/generated/create-task.ts';
import { createOwned } from './http/owned-endpoints.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** POST /api/tasks. openapi.yml `createTask`. */
export const createTask: Endpoint<'createTask', TaskServices> = createOwned(tasks);
export const handler = apiHandler(createTaskContract, createTask, taskServices);
