import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findExampleBody } from '../support/operations.ts';
import { filtered, RESOURCES } from '../support/resources.ts';
import { type RunningStack, sharedStack, startStack } from '../support/stack.ts';
import { GROUPS } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { type CheckResult, runChecks } from './run-checks.ts';

/** The checks of every resource, made one after the other, on a busy machine. */
const START_TIMEOUT_MS = 180_000;
/** The embedded database, unless a run is about another one. */
const { DYNAMODB_LOCAL_ENDPOINT } = process.env;
const results = new Map<string, CheckResult>();
let stack: RunningStack;
let userToken: string;

/** Everything of the user, of each kind. */
const readAll = () =>
  Promise.all(
    RESOURCES.map(async ({ path }) => {
      const headers = { authorization: `Bearer ${userToken}` };
      return (await (await fetch(stack.apiUrl + path, { headers })).json()) as unknown[];
    }),
  );

beforeAll(async () => {
  stack =
    DYNAMODB_LOCAL_ENDPOINT === undefined
      ? await sharedStack()
      : await startStack({ env: { AWS_ENDPOINT_URL_DYNAMODB: DYNAMODB_LOCAL_ENDPOINT } });
  userToken = await stack.token('smoke@example.com');
  const secondToken = await stack.token('second-smoke@example.com');
  const target = { baseUrl: stack.apiUrl, token: userToken, secondToken };
  await runChecks(target, { onResult: (result) => results.set(result.name, result) });
}, START_TIMEOUT_MS);

afterAll(() => stack?.stop());

describe.each(GROUPS)('the local stack, %s', (group) => {
  it.each(CHECKS.filter((check) => check.group === group).map(({ name }) => name))('%s', (name) => {
    const { outcome, reason } = results.get(name) ?? { outcome: 'not run' };
    expect({ outcome, reason }).toEqual({ outcome: 'passed', reason: '' });
  });
});

it('leaves no record behind', async () => {
  expect((await readAll()).flat()).toEqual([]);
});

describe('an account with records of its own', () => {
  it(
    'has them still, after the same checks',
    async () => {
      const headers = { authorization: `Bearer ${userToken}`, 'content-type': 'application/json' };
      for (const resource of RESOURCES) {
        for (const value of [false, true]) {
          const body = JSON.stringify({ ...findExampleBody(resource.create), ...filtered(resource, value) });
          const reply = await fetch(stack.apiUrl + resource.path, { method: 'POST', headers, body });
          expect(reply.status).toBe(201);
        }
      }
      const before = await readAll();
      const outcomes = await runChecks({ baseUrl: stack.apiUrl, token: userToken });
      expect(await readAll()).toEqual(before);
      const untouched = outcomes.filter(({ reason }) => reason.endsWith('which are left alone'));
      expect(untouched.length).toBeGreaterThan(0);
      expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    },
    START_TIMEOUT_MS,
  );
});

describe('the command', () => {
  const smoke = (address: string, env: object = {}) =>
    promisify(execFile)(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), address], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
    }).catch((failure: { code: number; stdout: string }) => failure);

  it('without a token asks only what needs none, and ends with 0', async () => {
    const { stdout, ...ended } = await smoke(stack.apiUrl);
    expect(ended).not.toHaveProperty('code');
    const count = CHECKS.filter(({ needs }) => needs === 'nothing').length;
    const sum = `${count} passed, 0 failed, ${CHECKS.length - count} skipped (needs --token) in `;
    expect(stdout).toContain(sum);
  });

  it('shows no token', async () => {
    const { stdout } = await smoke(stack.apiUrl, { SMOKE_TOKEN: userToken });
    expect(stdout).toContain('needs --second-token');
    for (const part of userToken.split('.')) expect(stdout).not.toContain(part);
  });

  it('stops at once where there is no such API, and ends with 1', async () => {
    const { stdout, ...ended } = await smoke(`${stack.apiUrl}/no-such-stage`);
    expect(ended).toMatchObject({ code: 1 });
    expect(stdout).toContain('There is no such API at this address: /api/health is answered with 404.');
  });
});
