import { requireFields, startTask } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { toEntityTag } from './http/entity-tag.ts';
import { createTaskContract } from './http/generated/create-task.ts';
import { taskBody, taskUrl } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services.ts';

/** POST /api/tasks. openapi.yml `createTask`. */
export const createTask: Endpoint<'createTask', TaskServices> = async (
  { body, caller, baseUrl },
  { store, newId, now },
) => {
  const task = startTask(requireFields(body), { id: newId(), ownerId: caller.userId, nowMs: now() });
  await store.add(task);
  return {
    status: 201,
    headers: { Location: taskUrl(task, baseUrl), ETag: toEntityTag(task.version) },
    body: taskBody(task, baseUrl),
  };
};

export const handler = apiHandler(createTaskContract, createTask, taskServices);
