import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { bodyFor } from '../support/operations.ts';
import { createdTask, ONE_TASK } from '../support/tasks.ts';

const MISSING = '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50';

describe('getTask', () => {
  it('answers the task with its version', async () => {
    const api = makeApi();
    const task = await createdTask(api);
    const { status, headers, json } = await api.call('getTask', { id: task.id });
    expect({ status, json, etag: headers['ETag'] }).toEqual({ status: 200, json: task, etag: '"1"' });
  });

  it.each([['"1"'], ['W/"1"'], ['"7", "1"'], ['*']])(
    'answers 304 without a body to If-None-Match: %s',
    async (tag) => {
      const api = makeApi();
      const { id } = await createdTask(api);
      const { status, headers, body } = await api.call('getTask', {
        id,
        headers: { 'If-None-Match': tag },
      });
      expect({ status, body, etag: headers['ETag'] }).toEqual({ status: 304, body: '', etag: '"1"' });
    },
  );

  it('answers the task again once it has changed', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    await api.call('updateTask', { id, body: { completed: true } });
    const { status, headers } = await api.call('getTask', {
      id,
      headers: { 'if-none-match': '"1"' },
    });
    expect({ status, etag: headers['ETag'] }).toEqual({ status: 200, etag: '"2"' });
  });

  it('gives the url as the client reached the API this time', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    const { json } = await api.call('getTask', {
      id,
      stage: '',
      headers: { Host: 'todo.example.org' },
    });
    expect(json).toMatchObject({ url: `https://todo.example.org/api/tasks/${id}` });
  });
});

describe('a task of somebody else', () => {
  it.each(ONE_TASK)('is for %s the same as one that does not exist', async (operationId) => {
    const api = makeApi();
    const { id } = await createdTask(api, {}, 'ann');
    const options = { ...bodyFor(operationId), caller: 'bob' };
    const foreign = await api.call(operationId, { ...options, id });
    const missing = await api.call(operationId, { ...options, id: MISSING });
    const malformed = await api.call(operationId, { ...options, id: 'x' });
    expect(foreign.status).toBe(404);
    expect([missing, malformed]).toEqual([foreign, foreign]);
    expect((await api.call('getTask', { id, caller: 'ann' })).status).toBe(200);
  });

  it('is not in the list, and survives the deletion of everything', async () => {
    const api = makeApi();
    const task = await createdTask(api, {}, 'ann');
    expect((await api.call('listTasks', { caller: 'bob' })).json).toEqual([]);
    expect((await api.call('deleteTasks', { caller: 'bob', query: { all: 'true' } })).json).toEqual({
      detail: '0 tasks deleted',
    });
    expect((await api.call('listTasks', { caller: 'ann' })).json).toEqual([task]);
  });
});
