import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangeForToken, signUpOrIn } from '../../local/sign-in/sign-in.ts';
import { bodyFor } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import { makeClient } from './client.ts';

const SOURCE = 'functions/get-health.ts';
const CONTRACT = 'openapi.yml';
const PATIENCE_MS = 15_000;
const POLL_MS = 5;
const SAVES = 20;
/** From save to the new answer on the reference machine. */
const ANSWER_MS = 300;
/** The slowest machine that the tests run on takes so many times as long. */
const SLOWEST = 3.3;

let stack: Stack;
let original: string;
let seen = 0;

beforeAll(async () => {
  stack = await startStack();
  original = readFileSync(join(stack.folder, SOURCE), 'utf8');
}, 60_000);
afterAll(() => stack?.stop());

const save = (from: string, to: string) =>
  writeFileSync(
    join(stack.folder, SOURCE),
    original.replace(from, () => to),
  );
const health = async () => {
  const reply = await fetch(`${stack.apiUrl}/api/health`);
  return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
};
/** What was printed since the last test. */
const printed = () => stack.output().slice(seen);

async function until(isSo: () => boolean | Promise<boolean>): Promise<number> {
  const startedMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedMs > PATIENCE_MS)
      throw new Error(`not within ${PATIENCE_MS} ms:\n${printed()}`);
    await sleep(POLL_MS);
  }
  return performance.now() - startedMs;
}

/** The next test begins with the source as it was, running. */
afterEach(async () => {
  save('', '');
  await until(async () => {
    const { status, json } = await health();
    return status === 200 && Object.keys(json).join() === 'status,version';
  });
  seen = stack.output().length;
}, 30_000);

describe('a saved source', () => {
  it('answers with the new code at once, the first one included', async () => {
    const times: number[] = [];
    for (let count = 0; count < SAVES; count += 1) {
      save("status: 'ok'", `status: 'ok', count: ${count}`);
      times.push(await until(async () => (await health()).json['count'] === count));
    }
    // Not the median: other suites run at the same time.
    const quarter = times.sort((one, other) => one - other)[SAVES / 4] ?? Number.NaN;
    expect(quarter).toBeLessThan(ANSWER_MS * SLOWEST);
  }, 60_000);

  it('that does not compile shows file, line and caret, leaves the last good version, and says so', async () => {
    save('async', 'async async');
    await until(() => printed().includes('Still running the last good version.'));
    expect(printed()).toMatch(/functions\/get-health\.ts:8:\d+:\n.*\n +│ +[~^]/);
    expect(await health()).toMatchObject({ status: 200, json: { status: 'ok' } });
    save('', '');
    await until(() => printed().includes('Compiled again.'));
  }, 30_000);

  it('that throws at import answers 502, and the terminal names the function and the line', async () => {
    writeFileSync(join(stack.folder, SOURCE), `throw new Error('broken at import');\n${original}`);
    await until(async () => (await health()).status === 502 && printed().includes('broken at import'));
    expect(printed()).toContain("'getHealth'");
    expect(printed()).toContain('at functions/get-health.ts:1:7');
  }, 30_000);

  it('whose handler throws shows operation, message and stack in source lines, once, and the reply hides it', async () => {
    save("status: 'ok'", 'status: (undefined as any).secret');
    await until(async () => (await health()).status === 500);
    const mark = stack.output().length;
    const { json } = await health();
    await until(() => stack.output().slice(mark).includes('"frames"'));
    const since = stack.output().slice(mark);
    expect(since).toContain(
      "getHealth failed: TypeError: Cannot read properties of undefined (reading 'secret')",
    );
    expect(since).toContain('    at functions/get-health.ts:10:');
    expect(since.match(/reading 'secret'/g)).toHaveLength(1);
    expect(JSON.stringify(json)).not.toContain('secret');
  }, 30_000);
});

describe('a fault outside the handler', () => {
  const ANN = { email: 'ann@example.com', password: 'correct horse' };
  const { create, list } = EXAMPLE;
  let cookies: string;
  let records = 0;
  beforeAll(async () => {
    cookies = await signUpOrIn(stack.authUrl, ANN);
  });

  it.each([
    ['a rejection that no one handles', "void Promise.reject(new Error('broken outside'))", 'broken outside'],
    [
      'an error thrown in a callback',
      "setTimeout(() => { throw new Error('broken outside'); })",
      'broken outside',
    ],
    ['process.exit', 'process.exit(3)', 'exit status 3'],
  ])(
    '(%s) is 502 and named, and leaves API, database and sign-in running with what they hold',
    async (_what, fault, text) => {
      save("status: 'ok'", `status: (${fault}, await new Promise(() => {}), 'ok')`);
      await until(async () => (await health()).status === 502 && printed().includes(text));
      expect(printed()).toContain('the function getHealth failed outside its handler');
      // The user and the session are in the memory of the sign-in server, the records in the database.
      const call = makeClient(stack.apiUrl, `Bearer ${await exchangeForToken(stack.authUrl, cookies)}`);
      expect((await call(create.operationId, { json: bodyFor(create.operationId).body })).status).toBe(201);
      records += 1;
      expect((await call(list.operationId)).body).toHaveLength(records);
      expect(stack.child.exitCode).toBeNull();
    },
    30_000,
  );
});

describe('an authorizer', () => {
  const TOKEN = 'a.token.no-one-may-read';
  const ask = async () =>
    (await fetch(`${stack.apiUrl}${EXAMPLE.path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).status;

  // The second one is printed by serverless-offline.
  it.each([
    [
      'throws',
      'authorizer/bearer-token.ts',
      /^(export function \w+\(.*\{)$/m,
      '$1 (undefined as any).secret;',
      'authorizer failed: ',
    ],
    [
      'throws at import',
      'authorizer/handler.ts',
      /^const log = .*$/m,
      '$&\n(undefined as any).secret;',
      "Unhandled exception in handler 'authorizer'.",
    ],
  ])(
    'that %s is 503, and the terminal shows message and stack in source lines, once',
    async (_how, name, where, text, sentence) => {
      const file = join(stack.folder, name);
      const before = readFileSync(file, 'utf8');
      expect(await ask()).toBe(401);
      try {
        writeFileSync(file, before.replace(where, text));
        await until(async () => (await ask()) === 503 && printed().includes(`at ${name}:`));
        expect(printed()).toContain(sentence);
        expect(printed()).toContain("TypeError: Cannot read properties of undefined (reading 'secret')");
        const mark = stack.output().length;
        await ask();
        await until(() => stack.output().slice(mark).includes(`at ${name}:`));
        expect(
          stack
            .output()
            .slice(mark)
            .match(/reading 'secret'/g),
        ).toHaveLength(1);
      } finally {
        writeFileSync(file, before);
      }
      await until(async () => (await ask()) === 401);
    },
    60_000,
  );
});

describe('a save that needs more than new bundles', () => {
  it('of openapi.yml makes the generated files again, and the API answers with them', async () => {
    const file = join(stack.folder, CONTRACT);
    const contract = readFileSync(file, 'utf8');
    const title = async () => {
      const reply = await fetch(`${stack.apiUrl}/openapi.json`);
      return ((await reply.json()) as { info: { title: string } }).info.title;
    };
    writeFileSync(file, contract.replace(/^ {2}title: .*$/m, '  title: Another title'));
    await until(async () => (await title()) === 'Another title');
    writeFileSync(file, contract);
    await until(async () => (await title()) !== 'Another title');
  }, 60_000);

  it.each([
    ['serverless.yml', '\n# changed\n'],
    ['.env', 'CORS_ALLOWED_ORIGIN=*\n'],
    ['local/stack/announcement.ts', '\n// changed\n'],
  ])('of %s says that a restart is needed', async (name, text) => {
    appendFileSync(join(stack.folder, name), text);
    await until(() => printed().includes(`${name} has changed. It is read at start: restart npm run dev.`));
  });

  it('of a new function says what it needs, and so does the 404 of its route', async () => {
    writeFileSync(
      join(stack.folder, 'functions/count-records.ts'),
      'export const handler = async () => ({});\n',
    );
    await until(() => printed().includes('functions/count-records.ts is new.'));
    const reply = await fetch(`${stack.apiUrl}/api/count`);
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({
      code: 'route_not_found',
      detail: expect.stringContaining('serverless.yml has changed since the start: restart to serve it.'),
    });
  });
});

it('GET / says where to go', async () => {
  const reply = await fetch(stack.apiUrl);
  expect(reply.status).toBe(404);
  expect(await reply.json()).toMatchObject({ detail: expect.stringContaining('/docs') });
  expect(stack.output()).toContain(`${stack.apiUrl}/docs`);
});
