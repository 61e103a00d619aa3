import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CallOptions, makeApi } from '../../support/api.ts';
import { keysEnv, startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { type Embedded, startDynamo, storesIn } from '../../support/dynamodb.ts';
import { bodyFor, OPERATIONS, PROTECTED_OPERATIONS, type ServedOperation } from '../../support/operations.ts';
import {
  createRecord,
  EACH_RESOURCE,
  filtered,
  findResource,
  RESOURCES,
  type RecordBody,
} from '../../support/resources.ts';
import { bearer, makeKeyPair, mint } from '../../support/tokens.ts';

/** Of whole collections: they ask as often as there are records. */
const REMOVE_ALL = RESOURCES.map(({ removeAll }) => removeAll);
const named = (operations: readonly ServedOperation[]) =>
  operations.map((operation) => [operation.operationId, operation] as const);

let dynamo: Embedded;
let api: ReturnType<typeof makeApi>;
/** One attempt at one request, and how many items it brought. */
interface Seen {
  readonly command: string;
  items: number | undefined;
}
let requests: Seen[] = [];

beforeAll(async () => {
  dynamo = await startDynamo();
  dynamo.sdk.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const seen: Seen = { command: String(commandName), items: undefined };
        requests.push(seen);
        const result = await next(args);
        seen.items = (result.output as unknown as QueryCommandOutput).Items?.length;
        return result;
      },
    { step: 'deserialize', priority: 'high' },
  );
});

beforeEach(async () => {
  api = makeApi({ storeOf: storesIn(await dynamo.freshTable(), dynamo.client) });
});

afterAll(() => dynamo.stop());

async function requestsOf({ operationId }: ServedOperation, options: CallOptions = {}) {
  requests = [];
  const { status } = await api.call(operationId, { ...bodyFor(operationId), ...options });
  return { status, requests };
}

/** The id of a record, for an operation on a single one. */
async function idFor(operation: ServedOperation, caller = 'ann'): Promise<{ id?: string }> {
  const resource = findResource(operation);
  if (resource === undefined || operation.pathParameters.length === 0) return {};
  return { id: (await createRecord(api, resource, { caller })).id };
}

const ONE = RESOURCES.flatMap(({ one }) => one);

describe('one request to the API is one request to DynamoDB', () => {
  it.each(named(PROTECTED_OPERATIONS.filter((operation) => !REMOVE_ALL.includes(operation))))(
    '%s',
    async (_id, operation) => {
      const seen = await requestsOf(operation, await idFor(operation));
      expect(seen.status).toBeLessThan(300);
      expect(seen.requests).toHaveLength(1);
    },
  );

  it.each(named(ONE))("%s of a record that is not the caller's", async (_id, operation) => {
    const seen = await requestsOf(operation, await idFor(operation, 'bob'));
    expect(seen.status).toBe(404);
    expect(seen.requests).toHaveLength(1);
  });

  it.each(named(RESOURCES.flatMap(({ updates, remove }) => [...updates, remove])))(
    '%s on the version that was read',
    async (_id, operation) => {
      const options = { ...(await idFor(operation)), headers: { 'If-Match': '"1"' } };
      expect((await requestsOf(operation, options)).requests).toHaveLength(1);
    },
  );

  it.each(named(OPERATIONS.filter(({ auth }) => auth !== 'required')))(
    '%s asks nothing',
    async (_id, operation) => {
      expect((await requestsOf(operation)).requests).toEqual([]);
    },
  );

  it.each(
    RESOURCES.flatMap(({ create, list, one }) => [
      ...named([create]).map((row) => [...row, { body: {} }] as const),
      ...named([list]).map((row) => [...row, { query: { cursor: 'forged' } }] as const),
      ...named(one).map((row) => [...row, { id: 'no-id' }] as const),
    ]),
  )('%s asks nothing when it refuses the request', async (_id, operation, options) => {
    const seen = await requestsOf(operation, options);
    expect(seen.status).toBeGreaterThanOrEqual(400);
    expect(seen.requests).toEqual([]);
  });
});

describe.each(EACH_RESOURCE)('a list of %s reads about one page', (_plural, resource) => {
  const RECORDS = 120;
  const { filter } = resource.kind;

  it.each([
    ['all', {}],
    ['newest first', { sort: '-createdAt' }],
    ...(filter === undefined ? [] : ['true', 'false'].map((value) => [value, { [filter]: value }] as const)),
  ])('%s, at any page', async (_name, query) => {
    for (let index = 0; index < RECORDS; index++) {
      await createRecord(api, resource, { fields: filtered(resource, index % 10 === 0) });
    }
    let cursor: string | undefined;
    let pages = 0;
    do {
      requests = [];
      const { json, headers } = await api.call<RecordBody[]>(resource.list.operationId, {
        query: { ...query, limit: '5', ...(cursor && { cursor }) },
      });
      expect(requests.map(({ command }) => command)).toEqual(['QueryCommand']);
      expect(requests[0]?.items).toBeLessThanOrEqual(json.length + 1);
      cursor = /[?&]cursor=([^&>]+)/.exec(headers['Link'] ?? '')?.[1];
      pages += 1;
    } while (cursor !== undefined && pages < 4);
  });
});

describe('JWKS mode with a known key', () => {
  it('neither fetches nor imports a key', async () => {
    const pair = makeKeyPair('EdDSA');
    const { authorize } = startAuthorizer(keysEnv(pair), {
      fetch: () => Promise.reject(new Error('nothing is fetched')),
    });
    const event = tokenEvent(bearer(mint(pair)));
    await authorize(event);
    const imports = jest.spyOn(crypto.subtle, 'importKey');
    for (let call = 0; call < 10; call++) expect((await authorize(event)).principalId).toBe('user-1');
    expect(imports).not.toHaveBeenCalled();
    imports.mockRestore();
  });
});
