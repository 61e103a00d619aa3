import { tasks } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { updateTaskContract } from './http/generated/update-task.ts';
import { updateOwned } from './http/owned-endpoints.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** PATCH and PUT /api/tasks/{taskId}. openapi.yml `updateTask`, `updateTaskByPut`. */
export const updateTask: Endpoint<'updateTask', TaskServices> = updateOwned(tasks);
export const handler = apiHandler(updateTaskContract, updateTask, taskServices);
