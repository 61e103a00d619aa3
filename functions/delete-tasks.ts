import { InvalidRequest } from './domain/errors.ts';
import { DeletionUnfinished } from './domain/task.ts';
import { apiHandler } from './http/api-handler.ts';
import type { ApiRequest, Endpoint } from './http/endpoint.ts';
import { deleteTasksContract } from './http/generated/delete-tasks.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** DELETE /api/tasks. openapi.yml `deleteTasks`. */
export const deleteTasks: Endpoint<'deleteTasks', TaskServices> = async (
  { query, caller, deadlineMs, signal },
  { store, now },
) => {
  requireWord(query);
  const { removed, finished } = await store.removeAll(caller.userId, {
    onlyFiltered: query.completed === true,
    outOfTime: () => now() >= deadlineMs,
    signal,
  });
  if (!finished) throw new DeletionUnfinished(removed);
  return { status: 200, body: { detail: removed === 1 ? '1 task deleted' : `${removed} tasks deleted` } };
};

/** The path without a query deletes nothing: it may be the path of one task without its id. */
function requireWord({ all, completed }: ApiRequest<'deleteTasks'>['query']): void {
  if (all !== completed) return;
  const detail = all
    ? 'must not be given together with completed'
    : 'must be true, unless completed=true is given';
  throw new InvalidRequest([{ pointer: '?all', detail }]);
}

export const handler = apiHandler(deleteTasksContract, deleteTasks, taskServices);
