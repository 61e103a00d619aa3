import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeApi } from '../../support/api.ts';
import { createdTask } from '../../support/tasks.ts';

const RUNS = { numRuns: 300 };
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', '*', '"1"', 'true'),
);
/** Bodies that are nearly right, so that most get past the first check. */
const body = fc.oneof(
  fc.json(),
  text,
  fc
    .record(
      {
        title: fc.oneof(text, fc.jsonValue()),
        description: fc.oneof(text, fc.jsonValue()),
        completed: fc.oneof(fc.boolean(), fc.jsonValue()),
        order: fc.oneof(fc.integer(), fc.double(), fc.constant(null)),
        dueAt: fc.oneof(fc.date({ noInvalidDate: true }).map(String), fc.string(), fc.constant(null)),
        __proto__: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

/** `call` itself holds each reply against openapi.yml, which knows no status but the documented. */
describe('whatever a client sends', () => {
  it('a body is taken or refused with a reason, and never is our fault', async () => {
    const api = makeApi();
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        expect((await api.call('createTask', { body: sent })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('a query is taken or refused with a reason', async () => {
    const api = makeApi();
    await createdTask(api);
    const names = fc.oneof(fc.constantFrom('limit', 'cursor', 'sort', 'completed'), fc.string());
    const values = fc.oneof(text, fc.integer().map(String), fc.array(text, { minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, values), async (query) => {
        expect((await api.call('listTasks', { query })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('an id and a condition are taken or refused with a reason', async () => {
    const api = makeApi();
    const { id } = await createdTask(api);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constant(id), text), text, async (id, tag) => {
        const options = { id, headers: { 'If-Match': tag, 'If-None-Match': tag } };
        expect((await api.call('getTask', options)).status).toBeLessThan(500);
        expect((await api.call('updateTask', { ...options, body: {} })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });
});
