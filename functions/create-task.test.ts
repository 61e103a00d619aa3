import { describe, expect, it } from '@jest/globals';
import { makeApi, type ProblemBody } from '../support/api.ts';
import { NOW_MS } from '../support/api-event.ts';
import type { TaskBody } from '../support/tasks.ts';

describe('createTask', () => {
  it('answers 201 with the task, where it is, and its version', async () => {
    const { call } = makeApi();
    const { status, headers, json } = await call<TaskBody>('createTask', { body: { title: '  Buy milk ' } });
    const now = new Date(NOW_MS).toISOString();
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.any(String),
      title: 'Buy milk',
      description: '',
      completed: false,
      order: null,
      dueAt: null,
      createdAt: now,
      updatedAt: now,
      url: `https://api.example.com/dev/api/tasks/${json.id}`,
    });
    expect(headers).toMatchObject({ Location: json.url, ETag: '"1"' });
  });

  it('keeps everything a client may decide', async () => {
    const { call } = makeApi();
    const body = {
      title: 'Rent',
      description: 'text',
      completed: true,
      order: -3,
      dueAt: '2026-03-01T10:00:00+01:00',
    };
    const { json } = await call('createTask', { body });
    expect(json).toMatchObject({ ...body, dueAt: '2026-03-01T09:00:00.000Z' });
  });

  it('stores it under the caller and no one else', async () => {
    const { call, services } = makeApi();
    const { json } = await call<TaskBody>('createTask', { body: { title: 'Mine' }, caller: 'ann' });
    expect(await services.store.find({ ownerId: 'ann', id: json.id })).toBeDefined();
    expect(await services.store.find({ ownerId: 'bob', id: json.id })).toBeUndefined();
  });

  it.each([
    ['no title', {}, ['#/title', 'is required']],
    ['an empty title', { title: '' }, ['#/title', 'must not be empty']],
    ['a title of white space', { title: '   ' }, ['#/title', 'must not be empty']],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, ['#/title', 'must be at most 200 characters']],
    ['a title that is no text', { title: 1 }, ['#/title', 'must be string']],
    ['a title of null', { title: null }, ['#/title', 'must be string']],
    [
      'a description of 5001',
      { description: '🐎'.repeat(5001) },
      ['#/description', 'must be at most 5000 characters'],
    ],
    ['a lone surrogate', { title: '\ud800' }, ['#/title', 'must be valid Unicode']],
    ['completed as text', { completed: 'true' }, ['#/completed', 'must be boolean']],
    ['a fraction as order', { order: 1.5 }, ['#/order', 'must be integer or null']],
    ['an order that is not safe', { order: 2 ** 53 }, ['#/order', 'must be at most 9007199254740991']],
    ['an order beyond numbers', '{"title":"a","order":1e400}', ['#/order', 'must be integer or null']],
    [
      'a date that does not exist',
      { dueAt: 'tomorrow' },
      ['#/dueAt', 'must be a date and time that exists, such as 2026-03-01T09:00:00Z'],
    ],
    ['an unknown property', { colour: 'red' }, ['#/colour', 'is not known, or cannot be set']],
    ['an id of the client', { id: 'mine' }, ['#/id', 'is not known, or cannot be set']],
    ['an owner', { userId: 'bob' }, ['#/userId', 'is not known, or cannot be set']],
    ['a version', { version: 9 }, ['#/version', 'is not known, or cannot be set']],
    ['a member without a name', { '': 1 }, ['#/', 'is not known, or cannot be set']],
    ['a name to escape', { 'a/b~ü': 1 }, ['#/a~1b~0%C3%BC', 'is not known, or cannot be set']],
    [
      'a long name of characters of four bytes, cut to the length of the contract',
      { ['😀'.repeat(64)]: 1 },
      [`#/${'%F0%9F%98%80'.repeat(42)}`, 'is not known, or cannot be set'],
    ],
    [
      'a prototype',
      '{"title":"a","__proto__":{"completed":true}}',
      ['#/__proto__', 'is not known, or cannot be set'],
    ],
    ['a list', [], ['#', 'must be object']],
    ['null', 'null', ['#', 'must be object']],
    ['text', '"title"', ['#', 'must be object']],
  ])('refuses %s with 422 and stores nothing', async (_name, body, [pointer, detail]) => {
    const { call, services } = makeApi();
    const given =
      typeof body === 'string' || Array.isArray(body) || 'title' in body ? body : { title: 'a', ...body };
    const { status, json } = await call<ProblemBody>('createTask', {
      body: _name === 'no title' ? {} : given,
    });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ pointer, detail }]);
    const query = { ownerId: 'ann', filter: undefined, newestFirst: false, after: undefined, limit: 1 };
    expect((await services.store.list(query)).records).toEqual([]);
  });

  it('names every fault of a body at once, and not without end', async () => {
    const { call } = makeApi();
    const { json } = await call<ProblemBody>('createTask', { body: { title: '', order: 'x', colour: 1 } });
    expect(json.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['#/colour', '#/order', '#/title']);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`property${index}`, 1]));
    expect((await call<ProblemBody>('createTask', { body: many })).json.errors).toHaveLength(20);
  });

  describe('with an Idempotency-Key', () => {
    const headers = { 'idempotency-key': '"7c9e6679"' };
    const body = { title: 'Buy milk' };

    it('answers the same again, and says that it is a repetition', async () => {
      const { call } = makeApi();
      const first = await call('createTask', { body, headers });
      const again = await call('createTask', { body: { title: ' Buy milk ', completed: false }, headers });
      expect(first.headers).not.toHaveProperty('Idempotency-Replayed');
      expect(again.headers).toEqual({ ...first.headers, 'Idempotency-Replayed': 'true' });
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
      expect((await call('listTasks')).json).toHaveLength(1);
    });

    it('refuses the key with another body', async () => {
      const { call } = makeApi();
      await call('createTask', { body, headers });
      const { status, json } = await call<ProblemBody>('createTask', { body: { title: 'Other' }, headers });
      expect({ status, code: json.code }).toEqual({ status: 422, code: 'idempotency_key_reused' });
      expect((await call('listTasks')).json).toHaveLength(1);
    });

    it('does not remember a request that was refused', async () => {
      const { call } = makeApi();
      expect((await call('createTask', { body: { title: '' }, headers })).status).toBe(422);
      expect((await call('createTask', { body, headers })).status).toBe(201);
    });

    it('belongs to one user', async () => {
      const { call } = makeApi();
      await call('createTask', { body, headers, caller: 'ann' });
      const { headers: seen } = await call('createTask', {
        body: { title: 'Other' },
        headers,
        caller: 'bob',
      });
      expect(seen).not.toHaveProperty('Idempotency-Replayed');
      expect((await call('listTasks', { caller: 'bob' })).json).toHaveLength(1);
    });

    it.each([
      ['an empty one', ''],
      ['one that is too long', 'x'.repeat(256)],
      ['one that is not ASCII', 'schlüssel'],
      ['one with a control character', 'a\tb'],
    ])('refuses %s instead of dropping it, and creates nothing', async (_name, key) => {
      const { call } = makeApi();
      const options = { body, headers: { 'Idempotency-Key': key } };
      const { status, json } = await call<ProblemBody>('createTask', options);
      expect({ status, code: json.code }).toEqual({ status: 400, code: 'malformed_idempotency_key' });
      expect((await call('listTasks')).json).toEqual([]);
    });
  });

  it.each([
    ['200 characters with white space around them', { title: `${' '.repeat(500)}${'🐎'.repeat(200)}\n` }],
    ['5000 characters of description', { title: 'a', description: '🐎'.repeat(5000) }],
    ['the largest order', { title: 'a', order: Number.MAX_SAFE_INTEGER }],
    ['explicit nulls', { title: 'a', order: null, dueAt: null }],
  ])('accepts %s', async (_name, body) => {
    const { call } = makeApi();
    expect((await call('createTask', { body })).status).toBe(201);
  });
});
