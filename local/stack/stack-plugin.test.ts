import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runStack, type Stack, type StackOptions } from '../../support/stack.ts';

import { requireFreePorts } from '../settings/ports.ts';

const SERVERLESS = ['serverless', 'offline', 'start'] as const;
/** The small service that the local stack is tested with. */
const FIXTURE_SERVICE = join(import.meta.dirname, '../fixtures/service');
const TIMEOUT_MS = 60_000;
/** Longer than it takes to notice that a parent has gone, and to stop. */
const NOTICED_MS = 1500;
/** Longer than a function of the fixture takes to fail. */
const FAILED_MS = 500;
const running: Stack[] = [];

async function start(options?: StackOptions): Promise<Stack> {
  const stack = await runStack({ folder: FIXTURE_SERVICE, ...options });
  running.push(stack);
  await stack.ready();
  return stack;
}

const portsOf = ({ env }: Stack) =>
  ['API_PORT', 'AUTH_PORT', 'DYNAMODB_PORT', 'LAMBDA_PORT'].map((variable) => ({
    port: Number(env[variable]),
    purpose: variable,
    variable,
  }));

/** What a developer does with the banner: paste the line. */
function pasteLine(output: string): string {
  const line = output.split('\n').find((text) => text.startsWith('curl ')) ?? 'exit 1';
  return execFileSync('sh', ['-c', line.replace('curl', 'curl -sS --fail')], { encoding: 'utf8' });
}

const tokenOf = (output: string) => /^ey[\w-]+\.[\w-]+\.[\w-]+$/m.exec(output)?.[0] ?? '';

/** What must not be left behind by a signal to the command alone. */
async function requireEnd(stack: Stack, signal: NodeJS.Signals): Promise<void> {
  const before = Date.now();
  stack.child.kill(signal);
  await stack.exited;
  await requireFreePorts(portsOf(stack), 1500);
  expect(Date.now() - before).toBeLessThan(2000);
}

const authorizationOf = ({ output }: Stack) => ({ authorization: `Bearer ${tokenOf(output())}` });

const create = ({ apiUrl }: Stack, headers: Record<string, string>) =>
  fetch(`${apiUrl}/api/tasks`, { method: 'POST', headers, body: 'buy milk' });

async function answerToDelete({ apiUrl }: Stack, headers: Record<string, string>): Promise<unknown> {
  return (await fetch(`${apiUrl}/api/tasks`, { method: 'DELETE', headers })).json();
}

afterAll(() => Promise.all(running.splice(0).map((stack) => stack.stop())));

/** One stack, whose tests build on each other. */
describe('serverless offline with the local stack', () => {
  let stack: Stack;

  it(
    'prints nothing that a newcomer would worry about',
    async () => {
      stack = await start({ command: SERVERLESS });
      expect(stack.output()).not.toMatch(/warn|deprecat|experimental|error|wrong|2015-03-31/i);
      expect(stack.output().trim().split('\n').length).toBeLessThan(20);
    },
    TIMEOUT_MS,
  );

  it('prints a line that works', async () => {
    expect(JSON.parse(pasteLine(stack.output()))).toEqual([]);
    expect((await create(stack, authorizationOf(stack))).status).toBe(201);
    expect(JSON.parse(pasteLine(stack.output()))).toEqual(['buy milk']);
  });

  it('holds a function to its role', async () => {
    expect(await answerToDelete(stack, authorizationOf(stack))).toEqual([
      400,
      'AccessDeniedException',
      expect.stringMatching(/DeleteItem action$/),
    ]);
  });

  it(
    'outlives failed invocations at the Lambda port, and lets no web page invoke a function',
    async () => {
      const invoke = (name: string, headers: Record<string, string>) =>
        fetch(
          `http://localhost:${stack.env['LAMBDA_PORT']}/2015-03-31/functions/fixture-dev-${name}/invocations`,
          {
            method: 'POST',
            headers,
            body: '{}',
          },
        );
      const event = { 'x-amz-invocation-type': 'Event' };
      for (const [name, headers, status] of [
        ['createTask', event, 202],
        ['throwLater', event, 202],
        ['throwLater', {}, 500],
        ['getHealth', { origin: 'http://evil.test' }, 403],
        ['getHealth', {}, 200],
      ] as const) {
        expect([name, (await invoke(name, headers)).status]).toEqual([name, status]);
        await sleep(FAILED_MS);
      }
      expect(JSON.parse(pasteLine(stack.output()))).toEqual(['buy milk']);
      expect(stack.output()).toContain('thrown in a callback');
    },
    TIMEOUT_MS,
  );

  it(
    'keeps the tasks of the demo user over a restart, and ends within 2 s with SIGTERM',
    async () => {
      await stack.kill();
      const second = await start({ env: stack.env, command: SERVERLESS });
      expect(JSON.parse(pasteLine(second.output()))).toEqual(['buy milk']);
      expect(tokenOf(second.output())).not.toBe(tokenOf(stack.output()));
      await requireEnd(second, 'SIGTERM');
    },
    TIMEOUT_MS,
  );
});

describe('serverless offline', () => {
  it(
    'lets functions do everything with LOCAL_IAM=off, and ends within 2 s with SIGINT',
    async () => {
      const stack = await start({ command: ['serverless', 'offline'], env: { LOCAL_IAM: 'off' } });
      expect((await create(stack, authorizationOf(stack))).status).toBe(201);
      expect(await answerToDelete(stack, authorizationOf(stack))).toEqual([200, 'deleted', '']);
      await requireEnd(stack, 'SIGINT');
    },
    TIMEOUT_MS,
  );

  it.each([
    ['SIGINT', ['npm', 'run', 'dev'] as const],
    ['SIGTERM', ['npx', ...SERVERLESS] as const],
  ] as const)(
    '%s to "%j" alone ends everything within 2 s',
    async (signal, command) => requireEnd(await start({ command }), signal),
    TIMEOUT_MS,
  );

  it(
    'goes on when the shell that it was started from leaves',
    async () => {
      const stack = await start({ command: ['sh', '-c', 'npm run dev & sleep 60'] });
      stack.child.kill('SIGKILL');
      await stack.exited;
      await sleep(NOTICED_MS);
      expect(JSON.parse(pasteLine(stack.output()))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
