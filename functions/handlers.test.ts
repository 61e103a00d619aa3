import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { apiEvent, type EventOptions, identityOf } from '../support/api-event.ts';
import { expectDocumented } from '../support/documented.ts';
import { type Embedded, startDynamo } from '../support/dynamodb.ts';
import {
  bodyFor,
  FUNCTION_NAMES,
  kebabCase,
  loadFunction,
  requireOperation,
  type ServedOperation,
} from '../support/operations.ts';
import { EACH_RESOURCE, EXAMPLE, filtered } from '../support/resources.ts';
import type { ApiHandler } from './http/api-handler.ts';

const BEFORE = { ...process.env };
const caller = identityOf('ann', { expiresAt: Math.floor(Date.now() / 1000) + 60 });
let dynamo: Embedded;

beforeAll(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
  dynamo = await startDynamo();
  const table = await dynamo.freshTable();
  Object.assign(process.env, {
    TASKS_TABLE: table,
    RATE_LIMIT_TABLE: table,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    BETTER_AUTH_URL: 'https://auth.example.com',
    BETTER_AUTH_SECRET: 'a-throwaway-secret-for-tests-0123456789',
  });
});
afterAll(async () => {
  process.env = { ...BEFORE };
  await dynamo.stop();
});

/** Invokes what serverless.yml deploys: the `handler` of a file, wired by the environment. */
async function invoke({ functionName, operationId }: ServedOperation, options: EventOptions) {
  const { handler } = (await import(`./${kebabCase(functionName)}.ts`)) as { handler: ApiHandler };
  const result = await handler(apiEvent({ caller, ...options }), {} as Context);
  const reply = {
    status: result.statusCode,
    headers: result.headers as Record<string, string>,
    body: result.body,
  };
  expectDocumented(operationId, reply);
  return { status: reply.status, json: JSON.parse(reply.body), link: reply.headers['Link'] };
}

describe('the handlers that are deployed', () => {
  it.each(EACH_RESOURCE)('keep %s in the table of the environment', async (_plural, resource) => {
    const { path, kind, list, create, get, updates, remove, removeAll } = resource;
    const created = await invoke(create, { path, method: 'POST', ...bodyFor(create.operationId) });
    expect(created.status).toBe(201);
    const { id } = created.json;
    const one = { path: `${path}/${id}`, pathParameters: { [get.pathParameters[0] ?? '']: id } };
    expect((await invoke(get, one)).json).toEqual(created.json);
    const change = filtered(resource, true);
    for (const update of updates) {
      const { status, json } = await invoke(update, { ...one, method: update.method, body: change });
      expect({ status, json }).toMatchObject({ status: 200, json: change });
    }
    const query = kind.filter === undefined ? {} : { [kind.filter]: 'true' };
    expect((await invoke(list, { path, query })).json).toHaveLength(1);
    expect((await invoke(remove, { ...one, method: 'DELETE' })).status).toBe(200);
    if (removeAll === undefined) return;
    const deleted = await invoke(removeAll, { path, method: 'DELETE', query: { all: 'true' } });
    expect(deleted.json).toEqual({ detail: `0 ${kind.plural} deleted` });
  });

  it.each(FUNCTION_NAMES)('answer events that are no requests, as those that keep %s warm', async (name) => {
    const { handler } = await loadFunction(name);
    for (const event of [{}, null, { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }]) {
      expect(await handler(event as never, {} as Context)).toEqual({ statusCode: 204, body: '' });
    }
  });

  it('limit the rate of users and of addresses when the environment says so', async () => {
    process.env['RATE_LIMIT_PER_MINUTE'] = '1';
    jest.resetModules();
    expect((await invoke(EXAMPLE.list, { path: EXAMPLE.path })).status).toBe(200);
    expect((await invoke(EXAMPLE.list, { path: EXAMPLE.path })).status).toBe(429);
    const me = { path: '/api/me', sourceIp: '198.51.100.7' };
    expect((await invoke(requireOperation('getMe'), me)).status).toBe(200);
    expect((await invoke(requireOperation('getMe'), me)).status).toBe(429);
    delete process.env['RATE_LIMIT_PER_MINUTE'];
    jest.resetModules();
  });

  it('answer about themselves and the caller without a table', async () => {
    delete process.env['TASKS_TABLE'];
    expect((await invoke(requireOperation('getHealth'), { path: '/api/health' })).status).toBe(200);
    expect((await invoke(requireOperation('getMe'), { path: '/api/me' })).json).toEqual({ user: null });
  });
});
