import { DeletionUnfinished } from './domain/errors.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { deleteTasksContract } from './http/generated/delete-tasks.ts';
import { type TaskServices, taskServices } from './services.ts';

/** DELETE /api/tasks. openapi.yml `deleteTasks`. */
export const deleteTasks: Endpoint<'deleteTasks', TaskServices> = async (
  { query, caller, deadlineMs },
  { store, now },
) => {
  const { removed, finished } = await store.removeAll(caller.userId, {
    onlyCompleted: query.completed === true,
    outOfTime: () => now() >= deadlineMs,
  });
  if (!finished) throw new DeletionUnfinished(removed);
  return { status: 200, body: { detail: removed === 1 ? '1 task deleted' : `${removed} tasks deleted` } };
};

export const handler = apiHandler(deleteTasksContract, deleteTasks, taskServices);
