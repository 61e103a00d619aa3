import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeApi } from '../../support/api.ts';
import { createRecord, EACH_RESOURCE, type Resource } from '../../support/resources.ts';

const RUNS = { numRuns: 300 };
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', '*', '"1"', 'true'),
);
/** Bodies that are nearly right, so that most get past the first check. */
function bodiesOf({ kind, exampleFields }: Resource) {
  const names = [...Object.keys(kind.fields), '__proto__'];
  const values = names.map((name) => {
    const near = [fc.constant(exampleFields[name] ?? null), fc.boolean(), fc.integer(), fc.double()];
    return [name, fc.oneof(text, ...near, fc.jsonValue())] as const;
  });
  const nearlyRight = fc.record(Object.fromEntries(values), { requiredKeys: [] });
  return fc.oneof(
    fc.json(),
    text,
    nearlyRight.map((value) => JSON.stringify(value)),
  );
}

/** `call` itself holds each reply against openapi.yml, which knows no status but the documented. */
describe.each(EACH_RESOURCE)('whatever a client sends about %s', (_plural, resource) => {
  const { kind, list, create, get, updates } = resource;

  it('a body is taken or refused with a reason, and never is our fault', async () => {
    const api = makeApi();
    await fc.assert(
      fc.asyncProperty(bodiesOf(resource), async (sent) => {
        expect((await api.call(create.operationId, { body: sent })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('a query is taken or refused with a reason', async () => {
    const api = makeApi();
    await createRecord(api, resource);
    const names = fc.oneof(fc.constantFrom('limit', 'cursor', 'sort', kind.filter ?? 'limit'), fc.string());
    const values = fc.oneof(text, fc.integer().map(String), fc.array(text, { minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, values), async (query) => {
        expect((await api.call(list.operationId, { query })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('an id and a condition are taken or refused with a reason', async () => {
    const api = makeApi();
    const { id } = await createRecord(api, resource);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constant(id), text), text, async (id, tag) => {
        const options = { id, headers: { 'If-Match': tag, 'If-None-Match': tag } };
        expect((await api.call(get.operationId, options)).status).toBeLessThan(500);
        for (const { operationId } of updates)
          expect((await api.call(operationId, { ...options, body: {} })).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });
});
