import type { TaskPage } from './domain/task-store.ts';
import { apiHandler } from './http/api-handler.ts';
import { readCursor, toCursor } from './http/cursor.ts';
import type { ApiRequest, Endpoint } from './http/endpoint.ts';
import { listTasksContract } from './http/generated/list-tasks.ts';
import { taskBody } from './http/task-body.ts';
import { type TaskServices, taskServices } from './services/task-services.ts';

/** GET /api/tasks. openapi.yml `listTasks`. */
export const listTasks: Endpoint<'listTasks', TaskServices> = async (request, { store }) => {
  const { query, caller, baseUrl } = request;
  const list = { completed: query.completed, newestFirst: query.sort === '-createdAt' };
  const after = query.cursor === undefined ? undefined : readCursor(list, query.cursor);
  const page = await store.list({ ...list, ownerId: caller.userId, after, limit: query.limit });
  const next = nextCursor(list, page);
  return {
    status: 200,
    body: page.tasks.map((task) => taskBody(task, baseUrl)),
    ...(next !== undefined && { headers: { Link: `<${nextUrl(request, next)}>; rel="next"` } }),
  };
};

function nextCursor(list: Parameters<typeof toCursor>[0], { tasks, more }: TaskPage): string | undefined {
  const last = tasks.at(-1);
  return more && last ? toCursor(list, last.id) : undefined;
}

function nextUrl({ query, baseUrl }: ApiRequest<'listTasks'>, cursor: string): string {
  const parameters = new URLSearchParams();
  if (query.completed !== undefined) parameters.set('completed', String(query.completed));
  parameters.set('limit', String(query.limit));
  parameters.set('sort', query.sort);
  parameters.set('cursor', cursor);
  return `${baseUrl}/api/tasks?${parameters}`;
}

export const handler = apiHandler(listTasksContract, listTasks, taskServices);
