import { requireTaskId } from './domain/task-id.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { readIfMatch } from './http/entity-tag.ts';
import { deleteTaskContract } from './http/generated/delete-task.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** DELETE /api/tasks/{taskId}. openapi.yml `deleteTask`. */
export const deleteTask: Endpoint<'deleteTask', TaskServices> = async (
  { path, caller, header },
  { store },
) => {
  const key = { ownerId: caller.userId, id: requireTaskId(path['taskId']) };
  await store.remove(key, readIfMatch(header('If-Match')));
  return { status: 200, body: { detail: 'Task deleted' } };
};

export const handler = apiHandler(deleteTaskContract, deleteTask, taskServices);
