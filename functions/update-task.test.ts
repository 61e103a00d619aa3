import { describe, expect, it } from '@jest/globals';
import { makeApi, type ProblemBody } from '../support/api.ts';
import { NOW_MS } from '../support/api-event.ts';
import { createdTask, type TaskBody } from '../support/tasks.ts';

const BOTH = ['updateTask', 'updateTaskByPut'] as const;
const LATER_MS = NOW_MS + 5_000;

describe.each(BOTH)('%s', (operationId) => {
  it('changes what is given and keeps the rest', async () => {
    let nowMs = NOW_MS;
    const api = makeApi({ now: () => nowMs });
    const task = await createdTask(api, { description: 'text', order: 4, dueAt: '2026-03-01T09:00:00Z' });
    nowMs = LATER_MS;
    const { status, headers, json } = await api.call(operationId, {
      id: task.id,
      body: { title: ' New ', dueAt: null },
    });
    expect({ status, etag: headers['ETag'] }).toEqual({ status: 200, etag: '"2"' });
    expect(json).toEqual({ ...task, title: 'New', dueAt: null, updatedAt: new Date(LATER_MS).toISOString() });
    expect((await api.call('getTask', { id: task.id })).json).toEqual(json);
  });

  it('answers the task unchanged when nothing is given', async () => {
    const api = makeApi();
    const task = await createdTask(api);
    const { headers, json } = await api.call(operationId, { id: task.id, body: {} });
    expect({ json, etag: headers['ETag'] }).toEqual({ json: task, etag: '"1"' });
  });

  it.each([['"1"'], ['"8", "1"'], ['*']])('goes ahead with If-Match: %s', async (tag) => {
    const api = makeApi();
    const { id } = await createdTask(api);
    const options = { id, body: { title: 'New' }, headers: { 'If-Match': tag } };
    expect((await api.call(operationId, options)).status).toBe(200);
  });

  it.each([['"2"'], ['W/"2", "3"'], ['"abc"']])(
    'refuses If-Match: %s as stale, and changes nothing',
    async (tag) => {
      const api = makeApi();
      const task = await createdTask(api);
      const headers = { 'If-Match': tag };
      for (const body of [{ title: 'New' }, {}]) {
        expect((await api.call(operationId, { id: task.id, body, headers })).status).toBe(412);
      }
      expect((await api.call('getTask', { id: task.id })).json).toEqual(task);
    },
  );

  it('says of a weak tag that it never matches, and changes nothing', async () => {
    const api = makeApi();
    const task = await createdTask(api);
    const options = { id: task.id, body: { title: 'New' }, headers: { 'If-Match': 'W/"1"' } };
    const { status, json } = await api.call<ProblemBody>(operationId, options);
    expect({ status, code: json.code }).toEqual({ status: 412, code: 'weak_entity_tag' });
    expect(json.detail).not.toContain('changed');
    expect((await api.call('getTask', { id: task.id })).json).toEqual(task);
  });

  it('refuses a condition it cannot read instead of dropping it', async () => {
    const api = makeApi();
    const task = await createdTask(api);
    const options = { id: task.id, body: { title: 'New' }, headers: { 'If-Match': '1' } };
    const { status, json } = await api.call<ProblemBody>(operationId, options);
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'malformed_header' });
  });

  it.each([
    ['a title of null', { title: null }, '#/title'],
    ['a description of null', { description: null }, '#/description'],
    ['an id', { id: '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50' }, '#/id'],
    ['a time of creation', { createdAt: '2026-03-01T09:00:00Z' }, '#/createdAt'],
    ['a time of change', { updatedAt: '2026-03-01T09:00:00.000Z' }, '#/updatedAt'],
    ['an address', { url: 'https://other.example.com/api/tasks/1' }, '#/url'],
    ['an owner', { ownerId: 'ann' }, '#/ownerId'],
    ['a version', { version: 1 }, '#/version'],
    ['a title of white space', { title: ' ' }, '#/title'],
  ])('refuses %s', async (_name, body, pointer) => {
    const api = makeApi();
    const task = await createdTask(api);
    const { status, json } = await api.call<ProblemBody>(operationId, { id: task.id, body });
    expect({ status, pointers: json.errors?.map((error) => error.pointer) }).toEqual({
      status: 422,
      pointers: [pointer],
    });
  });
});

describe('a whole task as it was read', () => {
  it.each(['updateTask', 'updateTaskByPut'])('is what %s takes, with a change in it', async (operationId) => {
    let nowMs = NOW_MS;
    const api = makeApi({ now: () => nowMs++ });
    const { id } = await createdTask(api, { order: 3 });
    const read = (await api.call<TaskBody>('getTask', { id })).json;
    const { status, json } = await api.call<TaskBody>(operationId, {
      id,
      body: { ...read, completed: true },
    });
    expect(status).toBe(200);
    expect(json).toEqual({ ...read, completed: true, updatedAt: json.updatedAt });
    expect((await api.call('getTask', { id })).json).toEqual(json);
  });

  it('is refused when the task has changed since, with If-Match by its version', async () => {
    let nowMs = NOW_MS;
    const api = makeApi({ now: () => nowMs++ });
    const task = await createdTask(api);
    const changed = await api.call('updateTask', { id: task.id, body: { title: 'Another' } });
    const options = { id: task.id, body: { ...task, completed: true } };
    expect((await api.call('updateTaskByPut', options)).status).toBe(422);
    const stale = { ...options, headers: { 'If-Match': '"1"' } };
    expect((await api.call('updateTaskByPut', stale)).status).toBe(412);
    expect((await api.call('getTask', { id: task.id })).json).toEqual(changed.json);
  });

  it.each(['updateTask', 'updateTaskByPut'])('of another user is none: %s', async (operationId) => {
    const api = makeApi();
    const task = await createdTask(api);
    const options = { id: task.id, body: { ...task, title: 'Mine' }, caller: 'bob' };
    expect((await api.call(operationId, options)).status).toBe(404);
    expect((await api.call('getTask', { id: task.id })).json).toEqual(task);
  });
});

describe('merge patches', () => {
  const options = { body: { completed: true }, headers: { 'content-type': 'application/merge-patch+json' } };

  it('are what PATCH takes too', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    expect((await api.call('updateTask', { ...options, id })).status).toBe(200);
  });

  it('are not for PUT', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    expect((await api.call('updateTaskByPut', { ...options, id })).status).toBe(415);
  });
});
