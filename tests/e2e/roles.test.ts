import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyFor } from '../../support/operations.ts';
import { copyOfProject } from '../../support/packaged.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import { type Client, makeClient } from './client.ts';

const TIMEOUT_MS = 60_000;
/** What a developer may forget in serverless.yml, where the copy of the service lacks it. */
const FORGOTTEN = [
  ['permissions: { TasksTable: [DeleteItem, GetItem] }', ''],
  [
    `permissions: { TasksTable: [UpdateItem, GetItem] }\n    environment: \${self:custom.tasks}`,
    'permissions: { TasksTable: [UpdateItem, GetItem] }',
  ],
] as const;
const { kind, list, create, get, updates, remove, removeAll } = EXAMPLE;
const json = bodyFor(create.operationId).body;
let project: ReturnType<typeof copyOfProject>;
let stack: Stack;
let call: Client;

beforeAll(async () => {
  project = copyOfProject();
  const file = join(project.folder, 'serverless.yml');
  const forget = (text: string, [line, without]: (typeof FORGOTTEN)[number]) => {
    expect(text).toContain(line);
    return text.replace(line, without);
  };
  writeFileSync(file, FORGOTTEN.reduce(forget, readFileSync(file, 'utf8')));
  stack = await startStack({ folder: project.folder, env: { RATE_LIMIT_PER_MINUTE: '600' } });
  const [, token] = /curl -H "Authorization: Bearer ([^"]+)"/.exec(stack.output()) ?? [];
  call = makeClient(stack.apiUrl, `Bearer ${token}`);
}, TIMEOUT_MS);

afterAll(async () => {
  await stack?.stop();
  project?.remove();
});

/** The line of another thread may come after the reply. */
async function untilPrinted(text: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!stack.output().includes(text) && Date.now() < deadline) await sleep(20);
  expect(stack.output()).toContain(text);
}

describe('on the laptop', () => {
  it('functions work with the permissions and variables that serverless.yml gives them', async () => {
    const created = await call(create.operationId, { json, headers: { 'Idempotency-Key': 'one' } });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect((await call(get.operationId, { id })).status).toBe(200);
    const { filter } = kind;
    const query = filter === undefined ? '' : `?${filter}=${created.body[filter]}`;
    expect((await call(list.operationId, { query })).body).toHaveLength(1);
    expect((await call(list.operationId)).status).toBe(200);
    expect((await call('getMe')).body.user).toBeDefined();
    if (removeAll !== undefined)
      expect((await call(removeAll.operationId, { query: '?all=true' })).status).toBe(200);
  });

  it('a function without permissions is refused by the database, in its own words', async () => {
    const { body } = await call(create.operationId, { json });
    expect((await call(remove.operationId, { id: body.id })).status).toBe(500);
    await untilPrinted('AccessDeniedException: User: arn:aws:sts::');
    await untilPrinted('is not authorized to perform: dynamodb:DeleteItem');
  });

  it('a function without the variable of its table fails, although others have it', async () => {
    const { body } = await call(create.operationId, { json });
    const changed = await call(updates[0]?.operationId ?? '', { id: body.id, json: {} });
    expect(changed.status).toBe(500);
    await untilPrinted('TASKS_TABLE');
  });
});
