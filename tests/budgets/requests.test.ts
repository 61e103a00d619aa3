import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { tasks } from '../../functions/domain/task.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { type CallOptions, makeApi, OPERATION_IDS } from '../../support/api.ts';
import { keysEnv, startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { OPERATIONS, requireOperation } from '../../support/operations.ts';
import { bodyFor, createdTask, ONE_TASK, type TaskBody } from '../../support/tasks.ts';
import { bearer, makeKeyPair, mint } from '../../support/tokens.ts';

/** Operations without a caller of the authorizer ask DynamoDB nothing. */
const NO_REQUEST = OPERATIONS.filter(({ auth }) => auth !== 'required').map(({ operationId }) => operationId);
/** One that removes a whole collection asks as often as there are records in it. */
const MANY_REQUESTS = OPERATIONS.filter(
  ({ method, pathParameters }) => method === 'DELETE' && pathParameters.length === 0,
).map(({ operationId }) => operationId);

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
  dynamo.client.middlewareStack.add(
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
  const store = makeDynamoStore({ kind: tasks, client: dynamo.client, tableName: await dynamo.freshTable() });
  api = makeApi({ store });
});

afterAll(() => dynamo.stop());

async function requestsOf(operationId: string, options: CallOptions) {
  requests = [];
  const { status } = await api.call(operationId, options);
  return { status, requests };
}

describe('one request to the API is one request to DynamoDB', () => {
  const counted = OPERATION_IDS.filter((id) => ![...NO_REQUEST, ...MANY_REQUESTS].includes(id));

  it.each(counted)('%s', async (operationId) => {
    const task = await createdTask(api);
    const isOneTask = requireOperation(operationId).pathParameters.length > 0;
    const options = { ...bodyFor(operationId), ...(isOneTask && { taskId: task.id }) };
    const seen = await requestsOf(operationId, options);
    expect(seen.status).toBeLessThan(300);
    expect(seen.requests).toHaveLength(1);
  });

  it.each(ONE_TASK)("%s of a task that is missing, or not the caller's", async (operationId) => {
    const task = await createdTask(api, {}, 'bob');
    const seen = await requestsOf(operationId, { ...bodyFor(operationId), taskId: task.id });
    expect(seen.status).toBe(404);
    expect(seen.requests).toHaveLength(1);
  });

  it.each(['updateTask', 'updateTaskByPut', 'deleteTask'])(
    '%s on the version that was read',
    async (operationId) => {
      const task = await createdTask(api);
      const options = { ...bodyFor(operationId), taskId: task.id, headers: { 'If-Match': '"1"' } };
      expect((await requestsOf(operationId, options)).requests).toHaveLength(1);
    },
  );

  it.each(NO_REQUEST)('%s asks nothing', async (operationId) => {
    expect((await requestsOf(operationId, {})).requests).toEqual([]);
  });

  it('a request that is refused asks nothing', async () => {
    const refused = [
      ['createTask', { body: {} }],
      ['listTasks', { query: { cursor: 'forged' } }],
      ['getTask', { taskId: 'no-id' }],
      ['updateTask', { taskId: 'no-id', body: { title: '' } }],
    ] as const;
    for (const [operationId, options] of refused) {
      expect((await requestsOf(operationId, options)).requests).toEqual([]);
    }
  });
});

describe('a list reads about one page', () => {
  const TASKS = 120;

  it.each([
    ['all', {}],
    ['newest first', { sort: '-createdAt' }],
    ['completed', { completed: 'true' }],
    ['open', { completed: 'false' }],
  ])('%s, at any page', async (_name, query) => {
    for (let index = 0; index < TASKS; index++) await createdTask(api, { completed: index % 10 === 0 });
    let cursor: string | undefined;
    let pages = 0;
    do {
      requests = [];
      const { json, headers } = await api.call<TaskBody[]>('listTasks', {
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
