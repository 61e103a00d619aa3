import { describe, expect, it } from '@jest/globals';
import { makeApi, type ProblemBody } from '../support/api.ts';
import { NOW_MS } from '../support/api-event.ts';
import { createdTask } from '../support/tasks.ts';

describe('deleteTask', () => {
  it('deletes the task, once', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    expect((await api.call('deleteTask', { id })).json).toEqual({ detail: 'Task deleted' });
    expect((await api.call('getTask', { id })).status).toBe(404);
    expect((await api.call('deleteTask', { id })).status).toBe(404);
  });

  it.each([
    ['"1"', 200],
    ['*', 200],
    ['"2"', 412],
    ['W/"1"', 412],
    ['1', 400],
  ])('answers If-Match: %s with %i', async (tag, status) => {
    const api = makeApi();
    const { id } = await createdTask(api);
    expect((await api.call('deleteTask', { id, headers: { 'If-Match': tag } })).status).toBe(status);
    expect((await api.call('getTask', { id })).status).toBe(status === 200 ? 404 : 200);
  });
});

const ALL = { query: { all: 'true' } };

describe('deleteTasks', () => {
  it.each([
    [0, '0 tasks deleted'],
    [1, '1 task deleted'],
    [3, '3 tasks deleted'],
  ])('deletes all of %i tasks and says so', async (count, detail) => {
    const api = makeApi();
    for (let index = 0; index < count; index++) await createdTask(api, { completed: index % 2 === 0 });
    expect((await api.call('deleteTasks', ALL)).json).toEqual({ detail });
    expect((await api.call('listTasks')).json).toEqual([]);
  });

  it('keeps the open tasks with completed=true', async () => {
    const api = makeApi();
    const open = await createdTask(api);
    await createdTask(api, { completed: true });
    expect((await api.call('deleteTasks', { query: { completed: 'true' } })).json).toEqual({
      detail: '1 task deleted',
    });
    expect((await api.call('listTasks')).json).toEqual([open]);
  });

  it.each([
    ['no word about which', {}, '?all'],
    ['all=false', { all: 'false' }, '?all'],
    ['no value for all', { all: '' }, '?all'],
    ['all in capitals', { all: 'TRUE' }, '?all'],
    ['all given twice', { all: ['true', 'true'] }, '?all'],
    ['all and completed at once', { all: 'true', completed: 'true' }, '?all'],
    ['all, and completed=false', { all: 'true', completed: 'false' }, '?completed'],
    ['completed=false', { completed: 'false' }, '?completed'],
    ['a mistyped filter', { complete: 'true' }, '?complete'],
    ['a value in capitals', { completed: 'TRUE' }, '?completed'],
    ['no value', { completed: '' }, '?completed'],
    ['a repeated filter', { completed: ['true', 'true'] }, '?completed'],
    ['a cursor', { completed: 'true', cursor: 'x' }, '?cursor'],
  ])('refuses %s and deletes nothing', async (_name, query, pointer) => {
    const api = makeApi();
    await createdTask(api, { completed: true });
    const { status, json } = await api.call<ProblemBody>('deleteTasks', { query });
    expect(status).toBe(422);
    expect(json.errors?.map((error) => error.pointer)).toContain(pointer);
    expect((await api.call('listTasks')).json).toHaveLength(1);
  });

  it('answers 503 and asks to be called again when its time runs out', async () => {
    let nowMs = NOW_MS;
    const api = makeApi({ now: () => nowMs++ });
    for (let count = 0; count < 5; count++) await createdTask(api);
    const { status, headers, json } = await api.call<ProblemBody>('deleteTasks', {
      ...ALL,
      remainingMs: 3_503,
    });
    expect({ status, code: json.code, wait: headers['Retry-After'] }).toEqual({
      status: 503,
      code: 'deletion_unfinished',
      wait: '1',
    });
    expect((await api.call<unknown[]>('listTasks')).json.length).toBeGreaterThan(0);
    await api.call('deleteTasks', ALL);
    expect((await api.call('listTasks')).json).toEqual([]);
  });
});
