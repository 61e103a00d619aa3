import { type ApiOptions, makeApiClient } from '../api-client.ts';
import type { components, operations } from '../generated/api.ts';
import { ApiProblem, isProblem, type Problem, requireOk } from '../problem.ts';

export type Task = components['schemas']['Task'];
export type NewTask = components['schemas']['NewTask'];
export type TaskUpdate = components['schemas']['TaskUpdate'];
export type TaskFilter = NonNullable<operations['listTasks']['parameters']['query']>;

/** How often a change is based on the newest version before it gives up. */
const CHANGE_ATTEMPTS = 5;

/**
 * The tasks of the signed-in user. Every method throws an `ApiProblem` when the API refuses, and a `TypeError` for an id
 * that is no UUID.
 */
export function makeTasks(options: ApiOptions) {
  const { api, authorizedFetch } = makeApiClient(options);
  const at = (taskId: string) => ({ path: { taskId: requireUuid(taskId) } });

  const read = async (id: string): Promise<{ task: Task; etag: string }> => {
    const { data, error, response } = await api.GET('/api/tasks/{taskId}', { params: at(id) });
    return { task: requireData(data, error), etag: response.headers.get('etag') ?? '' };
  };

  return {
    /** Every task, page after page, as long as the caller goes on. */
    list: async function* (query: TaskFilter = {}): AsyncGenerator<Task, void, undefined> {
      const { data, error, response } = await api.GET('/api/tasks', { params: { query } });
      yield* requireData(data, error);
      for (let next = nextPage(response); next !== undefined; ) {
        const page = await requireOk(await authorizedFetch(next));
        yield* (await page.json()) as Task[];
        next = nextPage(page);
      }
    },

    /** Creates one task, also when the first answer is lost on the way: the key tells the API that it is the same. */
    create: async (body: NewTask): Promise<Task> => {
      const params = { header: { 'Idempotency-Key': crypto.randomUUID() } };
      const { data, error } = await api.POST('/api/tasks', { params, body });
      return requireData(data, error);
    },

    get: async (id: string): Promise<Task> => (await read(id)).task,

    /**
     * Changes a task by what it is now. When somebody else was faster (412), decides again on what it has become.
     *
     * @param decide may be called several times.
     */
    change: async (id: string, decide: (task: Task) => TaskUpdate): Promise<Task> => {
      for (let attempt = 1; ; attempt += 1) {
        const { task, etag } = await read(id);
        const params = { ...at(id), header: { 'If-Match': etag } };
        const { data, error } = await api.PATCH('/api/tasks/{taskId}', { params, body: decide(task) });
        if (error === undefined) return requireData(data, error);
        if (error.code !== 'stale_version' || attempt === CHANGE_ATTEMPTS) throw new ApiProblem(error);
      }
    },

    /** Deletes a task; one that is gone already is as good. */
    remove: async (id: string): Promise<void> => {
      const { data, error } = await api.DELETE('/api/tasks/{taskId}', { params: at(id) });
      try {
        requireData(data, error);
      } catch (problem) {
        if (!isProblem(problem, 'task_not_found')) throw problem;
      }
    },

    /** Deletes every task, or only the completed ones. */
    removeMany: async (which: 'all' | 'completed'): Promise<void> => {
      const { data, error } = await api.DELETE('/api/tasks', { params: { query: { [which]: true } } });
      requireData(data, error);
    },
  };
}

/**
 * An empty id, `.` or `..` would make the path of all tasks out of the path of one.
 *
 * @throws {TypeError} for what is no UUID, before anything is sent.
 */
function requireUuid(id: string): string {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id))
    throw new TypeError('The id of a task is a UUID.');
  return id;
}

/** @throws {ApiProblem} when the API refused. */
function requireData<Data>(data: Data | undefined, error: Problem | undefined): Data {
  if (data !== undefined) return data;
  throw error?.code
    ? new ApiProblem(error)
    : new Error('The API gave an answer that its contract does not have.');
}

/** The address in `Link: <…>; rel="next"` (RFC 8288). */
function nextPage(response: Response): string | undefined {
  return /<([^>]+)>; *rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
}
