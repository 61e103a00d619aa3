import { requireFields } from './domain/task.ts';
import { requireTaskId } from './domain/task-id.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { readIfMatch } from './http/entity-tag.ts';
import { updateTaskContract } from './http/generated/update-task.ts';
import { taskReply } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** PATCH and PUT /api/tasks/{taskId}. openapi.yml `updateTask`, `updateTaskByPut`. */
export const updateTask: Endpoint<'updateTask', TaskServices> = async (
  { path, body, caller, header, baseUrl },
  { store, now },
) => {
  const key = { ownerId: caller.userId, id: requireTaskId(path['taskId']) };
  const expected = readIfMatch(header('If-Match'));
  return taskReply(
    await store.update(key, { changes: requireFields(body), expected, nowMs: now() }),
    baseUrl,
  );
};

export const handler = apiHandler(updateTaskContract, updateTask, taskServices);
