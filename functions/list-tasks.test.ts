import { describe, expect, it } from '@jest/globals';
import { makeApi, type ProblemBody } from '../support/api.ts';
import { createdTask, type TaskBody } from '../support/tasks.ts';

type Query = Record<string, string>;

async function apiWith(count: number) {
  const api = makeApi();
  const tasks: TaskBody[] = [];
  for (let index = 0; index < count; index++)
    tasks.push(await createdTask(api, { completed: index % 2 === 1 }));
  return { ...api, tasks, list: (query: Query = {}) => api.call<TaskBody[]>('listTasks', { query }) };
}

/** The query of the `Link` header, which is what a client follows. */
function nextQuery(headers: Readonly<Record<string, string>>): Query | undefined {
  const url = /^<(.+)>; rel="next"$/.exec(headers['Link'] ?? '')?.[1];
  return url === undefined ? undefined : Object.fromEntries(new URL(url).searchParams);
}

describe('listTasks', () => {
  it('answers an empty array to a caller without tasks', async () => {
    const { list } = await apiWith(0);
    const { json, headers } = await list();
    expect(json).toEqual([]);
    expect(headers).not.toHaveProperty('Link');
  });

  it('lists the oldest first, or the newest', async () => {
    const { list, tasks } = await apiWith(3);
    expect((await list()).json).toEqual(tasks);
    expect((await list({ sort: 'createdAt' })).json).toEqual(tasks);
    expect((await list({ sort: '-createdAt' })).json).toEqual(tasks.toReversed());
  });

  it('lists only completed or only open tasks', async () => {
    const { list, tasks } = await apiWith(4);
    expect((await list({ completed: 'true' })).json).toEqual(tasks.filter(({ completed }) => completed));
    expect((await list({ completed: 'false' })).json).toEqual(tasks.filter(({ completed }) => !completed));
  });

  it('holds 50 tasks on a page unless told otherwise', async () => {
    const { list } = await apiWith(51);
    expect((await list()).json).toHaveLength(50);
    expect((await list({ limit: '100' })).json).toHaveLength(51);
  });

  it.each<[string, Query]>([
    ['all', {}],
    ['newest first', { sort: '-createdAt' }],
    ['completed ones', { completed: 'true' }],
    ['open ones, newest first', { completed: 'false', sort: '-createdAt' }],
  ])('leads through all pages of %s by links', async (_name, query) => {
    const { list } = await apiWith(7);
    const seen: TaskBody[] = [];
    for (let next: Query | undefined = { ...query, limit: '2' }; next; ) {
      const { json, headers } = await list(next);
      seen.push(...json);
      next = nextQuery(headers);
    }
    expect(seen).toEqual((await list(query)).json);
  });

  it('gives a link that keeps the list as it was asked for', async () => {
    const { call } = await apiWith(3);
    const { headers } = await call('listTasks', {
      query: { completed: 'false', limit: '1', sort: '-createdAt' },
    });
    expect(headers['Link']).toMatch(
      /^<https:\/\/api\.example\.com\/dev\/api\/tasks\?completed=false&limit=1&sort=-createdAt&cursor=[\w-]+>; rel="next"$/,
    );
  });

  it("shows nothing of another's tasks with another's cursor", async () => {
    const api = await apiWith(3);
    const bobs = await createdTask(api, {}, 'bob');
    const { headers } = await api.list({ limit: '1' });
    const { json } = await api.call('listTasks', { caller: 'bob', query: nextQuery(headers) ?? {} });
    expect(json).toEqual([bobs]);
  });

  it.each<[string, Query]>([
    ['a mutilated cursor', { cursor: 'x' }],
    ['an empty one', { cursor: '' }],
    ['a very long one', { cursor: 'A'.repeat(5000) }],
  ])('answers 400 to %s', async (_name, query) => {
    const { call } = await apiWith(0);
    const { status, json } = await call<ProblemBody>('listTasks', { query });
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'malformed_cursor' });
  });

  it.each<[string, Query]>([
    ['another filter', { completed: 'true' }],
    ['another sort', { sort: '-createdAt' }],
  ])('answers 400 to a cursor that is used with %s', async (_name, change) => {
    const { list, call } = await apiWith(3);
    const next = nextQuery((await list({ limit: '1' })).headers);
    expect((await call('listTasks', { query: { ...next, ...change } })).status).toBe(400);
  });

  it.each<[string, Record<string, string | string[]>, string, string]>([
    ['limit 0', { limit: '0' }, '?limit', 'must be at least 1'],
    ['limit 101', { limit: '101' }, '?limit', 'must be at most 100'],
    ['a negative limit', { limit: '-1' }, '?limit', 'must be at least 1'],
    ['a hexadecimal limit', { limit: '0x10' }, '?limit', 'must be integer'],
    ['a fraction', { limit: '1.5' }, '?limit', 'must be integer'],
    ['an exponent', { limit: '1e1' }, '?limit', 'must be integer'],
    ['white space', { limit: ' 5' }, '?limit', 'must be integer'],
    ['no number', { limit: '' }, '?limit', 'must be integer'],
    ['another sort', { sort: 'title' }, '?sort', 'must be createdAt or -createdAt'],
    ['a filter that is not true or false', { completed: '1' }, '?completed', 'must be boolean'],
    ['a repeated parameter', { limit: ['1', '1'] }, '?limit', 'must be given once'],
  ])('answers 422 to %s', async (_name, query, pointer, detail) => {
    const { call } = await apiWith(0);
    const { status, json } = await call<ProblemBody>('listTasks', { query });
    expect({ status, errors: json.errors }).toEqual({ status: 422, errors: [{ pointer, detail }] });
  });

  it('ignores parameters it does not know, also those with names of Object', async () => {
    const { call } = await apiWith(1);
    const query = { utm_source: 'mail', constructor: 'x', toString: ['a', 'b'] };
    expect((await call('listTasks', { query: query as never })).status).toBe(200);
  });
});
