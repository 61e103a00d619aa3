import { TaskNotFound } from './domain/errors.ts';
import { requireTaskId } from './domain/task-id.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { matchesEntityTag, toEntityTag } from './http/entity-tag.ts';
import { getTaskContract } from './http/generated/get-task.ts';
import { taskReply } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** GET /api/tasks/{taskId}. openapi.yml `getTask`. */
export const getTask: Endpoint<'getTask', TaskServices> = async (
  { path, caller, header, baseUrl },
  { store },
) => {
  const task = await store.find({ ownerId: caller.userId, id: requireTaskId(path['taskId']) });
  if (task === undefined) throw new TaskNotFound();
  const etag = toEntityTag(task.version);
  if (matchesEntityTag(header('If-None-Match'), etag)) {
    return { status: 304, headers: { ETag: etag } };
  }
  return taskReply(task, baseUrl);
};

export const handler = apiHandler(getTaskContract, getTask, taskServices);
