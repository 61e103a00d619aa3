import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo, storesIn } from '../../support/dynamodb.ts';
import { createRecord, EACH_RESOURCE, type RecordBody } from '../../support/resources.ts';

const CLIENTS = 50;
let dynamo: Embedded;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const apiOverDynamo = async () => makeApi({ storeOf: storesIn(await dynamo.freshTable(), dynamo.client) });

describe.each(EACH_RESOURCE)(`${CLIENTS} clients that change one of the %s at once`, (_plural, resource) => {
  const { get, updates, textField, exampleFields } = resource;
  const operationId = updates[0]?.operationId ?? '';

  it('lose no update when each sends the version it has read', async () => {
    const { call } = await apiOverDynamo();
    const { id } = await createRecord({ call }, resource, { mark: '0' });
    let refused = 0;
    /** Reads the counter and writes it back one higher, until no other writer came between. */
    const countUp = async (): Promise<string> => {
      for (;;) {
        const { json, headers } = await call<RecordBody>(get.operationId, { id });
        const version = headers['ETag'] ?? '';
        const body = { [textField]: String(Number(json[textField]) + 1) };
        const { status } = await call(operationId, { id, body, headers: { 'If-Match': version } });
        if (status === 200) return version;
        expect(status).toBe(412);
        refused++;
      }
    };
    const versions = await Promise.all(Array.from({ length: CLIENTS }, countUp));
    const { json, headers } = await call<RecordBody>(get.operationId, { id });
    expect(json[textField]).toBe(String(CLIENTS));
    expect(new Set(versions).size).toBe(CLIENTS);
    expect(refused).toBeGreaterThan(0);
    expect(headers['ETag']).toBe(`"${CLIENTS + 1}"`);
    console.log(`lost updates: 0 of ${CLIENTS} (${refused} tries were refused with 412 and made again)`);
  }, 30_000);

  it('do not undo each other when they change different fields without a version', async () => {
    const { call } = await apiOverDynamo();
    const { id } = await createRecord({ call }, resource);
    const changes = Object.entries(exampleFields).map(([name, value]) => ({ [name]: value }));
    const updating = Array.from({ length: CLIENTS }, (_, index) =>
      call(operationId, { id, body: changes[index % changes.length] }),
    );
    const statuses = (await Promise.all(updating)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 200));
    const { json, headers } = await call(get.operationId, { id });
    expect(json).toMatchObject(exampleFields);
    expect(headers['ETag']).toBe(`"${CLIENTS + 1}"`);
  });
});
