import { tasks } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { deleteTaskContract } from './http/generated/delete-task.ts';
import { deleteOwned } from './http/owned-endpoints.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** DELETE /api/tasks/{taskId}. openapi.yml `deleteTask`. */
export const deleteTask: Endpoint<'deleteTask', TaskServices> = deleteOwned(tasks);
export const handler = apiHandler(deleteTaskContract, deleteTask, taskServices);
