import { beforeAll, describe, expect, it } from '@jest/globals';
import { bodyFor } from '../../support/operations.ts';
import { type RunningStack, sharedStack } from '../../support/stack.ts';
import { ONE_TASK } from '../../support/tasks.ts';
import { type Client, makeClient } from './client.ts';

const START_TIMEOUT_MS = 60_000;
const NO_TASK = '01900000-0000-7000-8000-000000000000';
/** The word that a deletion of all tasks asks for. */
const ALL = { query: '?all=true' };
let stack: RunningStack;
let ann: Client;
let bob: Client;

/** What a front end does: sign up, keep the cookie, ask for a JWT. */
async function signUp(name: string): Promise<string> {
  const user = { name, email: `${name.toLowerCase()}@example.com`, password: 'correct horse' };
  const signedUp = await fetch(`${stack.authUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://localhost:5173' },
    body: JSON.stringify(user),
  });
  expect(signedUp.status).toBe(200);
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const reply = await fetch(`${stack.authUrl}/api/auth/token`, { headers: { cookie } });
  return ((await reply.json()) as { token: string }).token;
}

async function create(client: Client, fields: object = {}) {
  return (await client('createTask', { json: { title: 'Buy milk', ...fields } })).body;
}

const titles = (tasks: { title: string }[]) => tasks.map(({ title }) => title);

/** All pages of a list, by its own links. */
async function readAll(client: Client, query: string): Promise<{ title: string }[]> {
  const found = [];
  for (let next: string | undefined = query; next !== undefined; ) {
    const { status, body, headers } = await client('listTasks', { query: next });
    expect(status).toBe(200);
    found.push(...body);
    next = /\/api\/tasks(\?[^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return found;
}

beforeAll(async () => {
  stack = await sharedStack();
  ann = makeClient(stack.apiUrl, `Bearer ${await signUp('Ann')}`);
  bob = makeClient(stack.apiUrl, `Bearer ${await signUp('Bob')}`);
}, START_TIMEOUT_MS);

describe('a user with a token of the sign-in server', () => {
  it('is the one the API knows', async () => {
    const { body } = await ann('getMe');
    expect(body.user).toMatchObject({ name: 'Ann', email: 'ann@example.com', emailVerified: false });
  });

  it('creates a task and finds it where Location says', async () => {
    const fields = {
      title: ' Pay the rent ',
      description: 'by Friday',
      order: 3,
      dueAt: '2027-01-31T12:00:00Z',
    };
    const { status, body, headers } = await ann('createTask', { json: fields });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...fields,
      title: 'Pay the rent',
      completed: false,
      dueAt: expect.any(String),
    });
    expect(body.url).toBe(`${stack.apiUrl}/api/tasks/${body.id}`);
    expect(new URL(headers.get('location') ?? '', stack.apiUrl).href).toBe(body.url);
    const found = await ann('getTask', { id: body.id });
    expect(found.body).toEqual(body);
    expect(found.headers.get('etag')).toBe(headers.get('etag'));
    await ann('deleteTasks', ALL);
  });

  it('reads a list page by page, in both orders and filtered', async () => {
    for (const [index, title] of ['one', 'two', 'three', 'four', 'five'].entries()) {
      await create(ann, { title, completed: index % 2 === 0 });
    }
    expect(titles(await readAll(ann, '?limit=2'))).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(titles(await readAll(ann, '?limit=2&sort=-createdAt'))).toEqual([
      'five',
      'four',
      'three',
      'two',
      'one',
    ]);
    expect(titles(await readAll(ann, '?limit=2&completed=true'))).toEqual(['one', 'three', 'five']);
    expect(titles(await readAll(ann, '?limit=1&completed=false&sort=-createdAt'))).toEqual(['four', 'two']);
  });

  it('is not sent a task again that has not changed', async () => {
    const { id } = await create(ann);
    const { headers } = await ann('getTask', { id });
    const again = await ann('getTask', {
      id,
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
  });

  it.each(['updateTask', 'updateTaskByPut'])(
    'changes with %s what was sent and nothing else',
    async (operationId) => {
      const task = await create(ann, { description: 'two litres', order: 1 });
      const { status, body } = await ann(operationId, {
        id: task.id,
        json: { completed: true, order: null },
      });
      expect(status).toBe(200);
      expect(body).toEqual({ ...task, completed: true, order: null, updatedAt: expect.any(String) });
    },
  );

  it('does not overwrite a change it has not seen', async () => {
    const { id } = await create(ann);
    const stale = (await ann('getTask', { id })).headers.get('etag') ?? '';
    await ann('updateTask', { id, json: { title: 'Buy bread' } });
    const headers = { 'if-match': stale };
    expect((await ann('updateTask', { id, json: { title: 'Buy wine' }, headers })).status).toBe(412);
    expect((await ann('deleteTask', { id, headers })).status).toBe(412);
    expect((await ann('getTask', { id })).body.title).toBe('Buy bread');
  });

  it('deletes one task, the completed ones, and all', async () => {
    await ann('deleteTasks', ALL);
    const { id } = await create(ann);
    for (const completed of [true, true, false]) await create(ann, { completed });
    expect((await ann('deleteTask', { id })).body).toEqual({ detail: 'Task deleted' });
    expect((await ann('getTask', { id })).status).toBe(404);
    expect((await ann('deleteTasks', { query: '?completed=true' })).body).toEqual({
      detail: '2 tasks deleted',
    });
    expect((await ann('deleteTasks', ALL)).body).toEqual({ detail: '1 task deleted' });
    expect((await ann('listTasks')).body).toEqual([]);
  });
});

describe('another user', () => {
  it.each(ONE_TASK)('gets from %s the answer for a task that does not exist', async (operationId) => {
    const task = await create(ann);
    const attempt = async (id: string) => {
      const { body = {} } = bodyFor(operationId);
      const reply = await bob(operationId, {
        id,
        ...(operationId.startsWith('update') && { json: body }),
      });
      return { status: reply.status, body: { ...reply.body, requestId: '' } };
    };
    const foreign = await attempt(task.id);
    expect(foreign).toEqual(await attempt(NO_TASK));
    expect(foreign.status).toBe(404);
    expect((await ann('getTask', { id: task.id })).body).toEqual(task);
  });

  it('neither lists nor deletes what is not theirs', async () => {
    await ann('deleteTasks', ALL);
    const task = await create(ann, { completed: true });
    await create(bob, { title: 'Bob’s own' });
    expect(titles((await bob('listTasks')).body)).toEqual(['Bob’s own']);
    expect((await bob('deleteTasks', ALL)).body).toEqual({ detail: '1 task deleted' });
    expect((await ann('listTasks')).body).toEqual([task]);
  });

  it('reaches nothing with a cursor that is not theirs', async () => {
    await ann('deleteTasks', ALL);
    for (const title of ['one', 'two']) await create(ann, { title });
    const { headers } = await ann('listTasks', { query: '?limit=1' });
    const [, query = ''] = /\/api\/tasks(\?[^>]*)>/.exec(headers.get('link') ?? '') ?? [];
    expect(query).toContain('cursor=');
    expect((await bob('listTasks', { query })).body).toEqual([]);
  });
});

describe('a request that makes no sense', () => {
  const big = JSON.stringify({ title: 'x', description: 'x'.repeat(65_536) });

  it.each<[string, string, object, number]>([
    ['JSON cut short', 'createTask', { body: '{"title":' }, 400],
    ['no body', 'createTask', {}, 400],
    ['text for JSON', 'createTask', { body: 'title', headers: { 'content-type': 'text/plain' } }, 415],
    ['more than 64 KB', 'createTask', { body: big }, 413],
    ['no title', 'createTask', { json: {} }, 422],
    ['a title of blanks', 'createTask', { json: { title: '  ' } }, 422],
    ['a title of 201 characters', 'createTask', { json: { title: 'x'.repeat(201) } }, 422],
    ['an unknown property', 'createTask', { json: { title: 'x', colour: 'red' } }, 422],
    ['an id of its own', 'createTask', { json: { title: 'x', id: NO_TASK } }, 422],
    ['somebody as owner', 'createTask', { json: { title: 'x', userId: 'bob' } }, 422],
    ['a date that is not valid', 'createTask', { json: { title: 'x', dueAt: 'tomorrow' } }, 422],
    ['a list for an object', 'createTask', { json: [] }, 422],
    ['an unknown property', 'updateTask', { id: NO_TASK, json: { owner: 'bob' } }, 422],
    ['a task that does not exist', 'updateTask', { id: NO_TASK, json: { title: 'x' } }, 404],
    ['an id that is not valid', 'getTask', { id: 'not-an-id' }, 404],
    ['a limit of none', 'listTasks', { query: '?limit=0' }, 422],
    ['a limit too high', 'listTasks', { query: '?limit=101' }, 422],
    ['an unknown order', 'listTasks', { query: '?sort=title' }, 422],
    ['a cursor that is not valid', 'listTasks', { query: '?cursor=abc' }, 400],
    ['an unknown state', 'deleteTasks', { query: '?completed=maybe' }, 422],
    ['no word about which', 'deleteTasks', {}, 422],
  ])('%s to %s is refused, and nothing is written', async (_name, operationId, options, status) => {
    const before = (await ann('listTasks')).body;
    const reply = await ann(operationId, options);
    expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code: expect.any(String) });
    expect((await ann('listTasks')).body).toEqual(before);
  });

  it('to no route is 404', async () => {
    expect((await fetch(`${stack.apiUrl}/api/nothing`)).status).toBe(404);
  });
});

describe('what the stack printed meanwhile', () => {
  it('holds no title, no address, no name and no token of the two', () => {
    expect(stack.output()).not.toMatch(/Buy milk|ann@example|bob@example|"Ann"|correct horse/);
    const [, banner = ''] = /curl -H "Authorization: Bearer ([^"]+)"/.exec(stack.output()) ?? [];
    expect(stack.output().replaceAll(banner, '')).not.toMatch(/eyJ[\w-]+\./);
  });
});
