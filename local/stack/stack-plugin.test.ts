import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runStack, type Stack, type StackOptions } from '../../support/stack.ts';

import { requireFreePorts } from '../settings/ports.ts';

const SERVERLESS = ['serverless', 'offline', 'start'] as const;
/** The small service that the local stack is tested with. */
const FIXTURE_SERVICE = join(import.meta.dirname, '../fixtures/service');
const TIMEOUT_MS = 30_000;
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

afterEach(() => Promise.all(running.splice(0).map((stack) => stack.stop())));

describe('serverless offline with the local stack', () => {
  it.each([
    [
      'holds a function to its role',
      'on',
      [400, 'AccessDeniedException', expect.stringMatching(/DeleteItem action$/)],
    ],
    ['lets functions do everything with LOCAL_IAM=off', 'off', [200, 'deleted', '']],
  ])(
    '%s',
    async (_what, LOCAL_IAM, answer) => {
      const { apiUrl, output } = await start({ env: { LOCAL_IAM } });
      const headers = { authorization: `Bearer ${tokenOf(output())}` };
      const created = await fetch(`${apiUrl}/api/tasks`, { method: 'POST', headers, body: 'buy milk' });
      expect(created.status).toBe(201);
      const deleted = await fetch(`${apiUrl}/api/tasks`, { method: 'DELETE', headers });
      expect(await deleted.json()).toEqual(answer);
    },
    TIMEOUT_MS,
  );

  it(
    'prints a line that works, and keeps the tasks of the demo user over a restart',
    async () => {
      const first = await start();
      expect(JSON.parse(pasteLine(first.output()))).toEqual([]);
      const headers = { authorization: `Bearer ${tokenOf(first.output())}` };
      const created = await fetch(`${first.apiUrl}/api/tasks`, { method: 'POST', headers, body: 'buy milk' });
      expect(created.status).toBe(201);
      await first.kill();
      const second = await start({ env: first.env });
      expect(JSON.parse(pasteLine(second.output()))).toEqual(['buy milk']);
      expect(tokenOf(second.output())).not.toBe(tokenOf(first.output()));
    },
    TIMEOUT_MS,
  );

  it(
    'prints nothing that a newcomer would worry about',
    async () => {
      const { output } = await start();
      expect(output()).not.toMatch(/warn|deprecat|experimental|error|wrong|2015-03-31/i);
      expect(output().trim().split('\n').length).toBeLessThan(20);
    },
    TIMEOUT_MS,
  );

  it(
    'outlives failed invocations at the Lambda port, and lets no web page invoke a function',
    async () => {
      const stack = await start();
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
      expect(JSON.parse(pasteLine(stack.output()))).toEqual([]);
      expect(stack.output()).toContain('thrown in a callback');
    },
    TIMEOUT_MS,
  );

  it.each([
    ['SIGTERM', SERVERLESS],
    ['SIGINT', ['serverless', 'offline'] as const],
    ['SIGINT', ['npm', 'run', 'dev'] as const],
    ['SIGTERM', ['npx', ...SERVERLESS] as const],
  ] as const)(
    '%s to "%j" alone ends everything within 2 s',
    async (signal, command) => {
      const stack = await start({ command });
      const before = Date.now();
      stack.child.kill(signal);
      await stack.exited;
      await requireFreePorts(portsOf(stack), 1500);
      expect(Date.now() - before).toBeLessThan(2000);
    },
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
