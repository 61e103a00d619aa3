import { requireFields, startTask, type Task } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint, Reply } from './http/endpoint.ts';
import { toEntityTag } from './http/entity-tag.ts';
import { createTaskContract } from './http/generated/create-task.ts';
import { findIdempotencyKey } from './http/idempotency-key.ts';
import { taskBody, taskUrl } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** POST /api/tasks. openapi.yml `createTask`. */
export const createTask: Endpoint<'createTask', TaskServices> = async (
  { body, caller, header, baseUrl },
  { store, newId, now },
) => {
  const key = findIdempotencyKey(header('Idempotency-Key'));
  const nowMs = now();
  const wanted = startTask(requireFields(body), { id: newId(), ownerId: caller.userId, nowMs });
  if (key === undefined) {
    await store.add(wanted);
    return createdReply(wanted, baseUrl);
  }
  const { task, replayed } = await store.addOnce(wanted, { key, nowMs });
  const reply = createdReply(task, baseUrl);
  return replayed ? { ...reply, headers: { ...reply.headers, 'Idempotency-Replayed': 'true' } } : reply;
};

function createdReply(task: Task, baseUrl: string): Reply {
  return {
    status: 201,
    headers: { Location: taskUrl(task, baseUrl), ETag: toEntityTag(task.version) },
    body: taskBody(task, baseUrl),
  };
}

export const handler = apiHandler(createTaskContract, createTask, taskServices);
