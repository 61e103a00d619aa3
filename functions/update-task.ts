import { InvalidRequest, TaskNotFound, type Violation } from './domain/errors.ts';
import { requireFields, type Task } from './domain/task.ts';
import { requireTaskId } from './domain/task-id.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { readIfMatch } from './http/entity-tag.ts';
import { updateTaskContract } from './http/generated/update-task.ts';
import { taskBody, taskReply } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** PATCH and PUT /api/tasks/{taskId}. openapi.yml `updateTask`, `updateTaskByPut`. */
export const updateTask: Endpoint<'updateTask', TaskServices> = async (
  { path, body, caller, header, baseUrl },
  { store, now },
) => {
  const key = { ownerId: caller.userId, id: requireTaskId(path['taskId']) };
  const expected = readIfMatch(header('If-Match'));
  const { id, createdAt, updatedAt, url, ...fields } = body;
  const changes = requireFields(fields);
  // With If-Match the version decides whether the task has changed since.
  const repeated = { id, createdAt, url, ...(expected === 'any' && { updatedAt }) };
  if (Object.values(repeated).some((value) => value !== undefined)) {
    requireUnchanged(repeated, await store.find(key), baseUrl);
  }
  return taskReply(await store.update(key, { changes, expected, nowMs: now() }), baseUrl);
};

/** What a client may send back and cannot change. */
type Repeated = Partial<Record<'id' | 'createdAt' | 'updatedAt' | 'url', string | undefined>>;

/** @throws {InvalidRequest} naming what is not as the task has it. @throws {TaskNotFound} when there is none. */
function requireUnchanged(repeated: Repeated, task: Task | undefined, baseUrl: string): void {
  if (task === undefined) throw new TaskNotFound();
  const actual = taskBody(task, baseUrl);
  const violations: Violation[] = Object.entries(repeated)
    .filter(([name, value]) => value !== undefined && value !== actual[name as keyof Repeated])
    .map(([name]) => ({ pointer: `#/${name}`, detail: 'cannot be changed, and is not that of the task' }));
  if (violations.length > 0) throw new InvalidRequest(violations);
}

export const handler = apiHandler(updateTaskContract, updateTask, taskServices);
