import { deepStrictEqual } from 'node:assert/strict';
import type { components } from '../../functions/http/generated/types.ts';

export type TaskBody = components['schemas']['Task'];

/** A reply from wherever. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly json: unknown;
}

export interface CallOptions {
  readonly user: string;
  readonly taskId?: string;
  /** Instead of the path of the operation. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Asks the API under test. */
export type Call = (operationId: string, options: CallOptions) => Promise<Answer>;

export type Fields = Partial<Pick<TaskBody, 'title' | 'description' | 'completed' | 'order'>>;

export interface ListOptions {
  readonly completed?: boolean;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** Added to a request to try to be somebody else; it must change nothing about the answer. */
export type Disguise = Pick<CallOptions, 'query' | 'headers'>;

interface Known {
  readonly task: TaskBody;
  readonly version: number;
}

/**
 * Asks the API and holds every answer against a model in memory that is told only what was acknowledged. A task of
 * one user that shows up with another is a wrong answer, and so is one that is lost, doubled or changed.
 */
export class Checker {
  readonly #call: Call;
  readonly #users = new Map<string, Map<string, Known>>();
  readonly #firstAnswers = new Map<string, { readonly body: string; readonly answer: Answer }>();
  asked = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Ids of a user's tasks, oldest first. */
  idsOf(user: string): string[] {
    return [...this.#tasksOf(user).keys()].sort();
  }

  versionOf(user: string, id: string): number | undefined {
    return this.#tasksOf(user).get(id)?.version;
  }

  async create(user: string, fields: Fields & { title: string }, disguise: Disguise = {}): Promise<void> {
    const key = disguise.headers?.['Idempotency-Key'];
    const answer = await this.#ask('createTask', { user, body: fields, ...disguise });
    if (key !== undefined && this.#isReplay(`${user} ${key}`, JSON.stringify(fields), answer)) return;
    this.#same('createTask', answer.status, 201);
    const task = answer.json as TaskBody;
    const { id, createdAt, updatedAt, url } = task;
    const expected = { description: '', completed: false, order: null, dueAt: null, ...fields };
    this.#same('createTask', task, { ...expected, id, createdAt, updatedAt, url });
    if (this.#isKnown(id)) throw new Error(`createTask gave an id that was given before: ${id}`);
    this.#tasksOf(user).set(id, { task, version: 1 });
  }

  async get(user: string, id: string, disguise: Disguise = {}): Promise<void> {
    const answer = await this.#ask('getTask', { user, taskId: id, ...disguise });
    const known = this.#tasksOf(user).get(id);
    this.#same('getTask', answer.status, known ? 200 : 404);
    if (known) this.#same('getTask', withoutUrl(answer.json), withoutUrl(known.task));
    if (known) this.#same('getTask', answer.headers['etag'], `"${known.version}"`);
  }

  /** Walks through all pages. */
  async list(
    user: string,
    { completed, newestFirst, limit = 50 }: ListOptions = {},
    disguise: Disguise = {},
  ) {
    const query: Record<string, string> = { limit: String(limit), ...disguise.query };
    if (completed !== undefined) query['completed'] = String(completed);
    if (newestFirst) query['sort'] = '-createdAt';
    const seen: TaskBody[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const options = { user, ...disguise, query: { ...query, ...(cursor !== undefined && { cursor }) } };
      const answer = await this.#ask('listTasks', options);
      this.#same('listTasks', answer.status, 200);
      const page = answer.json as TaskBody[];
      if (page.length > limit) throw new Error(`listTasks gave ${page.length} tasks for a limit of ${limit}`);
      seen.push(...page);
      cursor = findCursor(answer);
    }
    const expected = this.#listOf(user, completed);
    this.#same('listTasks', seen.map(withoutUrl), newestFirst ? expected.toReversed() : expected);
  }

  /** A page that begins where a cursor of anybody says. */
  async listAfter(user: string, cursor: string, after: string): Promise<void> {
    const answer = await this.#ask('listTasks', { user, query: { cursor, limit: '100' } });
    this.#same('listTasks', answer.status, 200);
    const expected = this.#listOf(user).filter(({ id }) => id > after);
    this.#same('listTasks', (answer.json as TaskBody[]).map(withoutUrl), expected.slice(0, 100));
  }

  async update(user: string, id: string, changes: Fields, disguise: Disguise = {}): Promise<void> {
    const answer = await this.#ask('updateTask', { user, taskId: id, body: changes, ...disguise });
    const known = this.#tasksOf(user).get(id);
    this.#same('updateTask', answer.status, this.#statusFor(known, disguise));
    if (known === undefined || answer.status !== 200) return;
    const task = answer.json as TaskBody;
    const isChange = Object.keys(changes).length > 0;
    const updatedAt = isChange ? task.updatedAt : known.task.updatedAt;
    this.#same('updateTask', withoutUrl(task), withoutUrl({ ...known.task, ...changes, updatedAt }));
    this.#tasksOf(user).set(id, { task, version: known.version + (isChange ? 1 : 0) });
  }

  async remove(user: string, id: string, disguise: Disguise = {}): Promise<void> {
    const answer = await this.#ask('deleteTask', { user, taskId: id, ...disguise });
    const known = this.#tasksOf(user).get(id);
    this.#same('deleteTask', answer.status, this.#statusFor(known, disguise));
    if (answer.status === 200) this.#tasksOf(user).delete(id);
  }

  async removeAll(user: string, onlyFiltered: boolean, disguise: Disguise = {}): Promise<void> {
    const query = { ...disguise.query, [onlyFiltered ? 'completed' : 'all']: 'true' };
    const answer = await this.#ask('deleteTasks', { user, ...disguise, query });
    this.#same('deleteTasks', answer.status, 200);
    const gone = this.#listOf(user, onlyFiltered ? true : undefined);
    const detail = gone.length === 1 ? '1 task deleted' : `${gone.length} tasks deleted`;
    this.#same('deleteTasks', answer.json, { detail });
    for (const { id } of gone) this.#tasksOf(user).delete(id);
  }

  /** A request that must be refused with this status, whatever it tries. */
  async refused(operationId: string, options: CallOptions, status: number): Promise<void> {
    this.#same(operationId, (await this.#ask(operationId, options)).status, status);
  }

  async #ask(operationId: string, options: CallOptions): Promise<Answer> {
    this.asked += 1;
    return this.#call(operationId, options);
  }

  #tasksOf(user: string): Map<string, Known> {
    const tasks = this.#users.get(user) ?? new Map<string, Known>();
    this.#users.set(user, tasks);
    return tasks;
  }

  #isKnown(id: string): boolean {
    return [...this.#users.values()].some((tasks) => tasks.has(id));
  }

  #listOf(user: string, completed?: boolean) {
    return this.idsOf(user)
      .map((id) => withoutUrl(this.#tasksOf(user).get(id)?.task))
      .filter((task) => completed === undefined || task.completed === completed);
  }

  /** A missing task before a stale version, as the store promises. */
  #statusFor(known: Known | undefined, { headers }: Disguise): number {
    if (known === undefined) return 404;
    const expected = headers?.['If-Match'];
    return expected === undefined || expected === `"${known.version}"` ? 200 : 412;
  }

  #isReplay(name: string, body: string, answer: Answer): boolean {
    const first = this.#firstAnswers.get(name);
    if (first === undefined) {
      if (answer.status === 201) this.#firstAnswers.set(name, { body, answer });
      return false;
    }
    this.#same('createTask', answer.status, first.body === body ? 201 : 422);
    if (first.body === body) {
      this.#same('createTask', answer.json, first.answer.json);
      this.#same('createTask', answer.headers['idempotency-replayed'], 'true');
    }
    return true;
  }

  #same(operationId: string, seen: unknown, expected: unknown): void {
    try {
      deepStrictEqual(seen, expected);
    } catch (error) {
      throw new Error(`${operationId} gave a wrong answer: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The address depends on how the API was reached and is checked elsewhere. */
function withoutUrl(task: unknown) {
  const { url: _, ...rest } = task as TaskBody;
  return rest;
}

export function findCursor({ headers }: Answer): string | undefined {
  return /[?&]cursor=([^&>]+)/.exec(headers['link'] ?? '')?.[1];
}
