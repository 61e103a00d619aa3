import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningStack, sharedStack, startStack } from '../support/stack.ts';
import { GROUPS } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { type CheckResult, runChecks } from './run-checks.ts';

const START_TIMEOUT_MS = 60_000;
/** The embedded database, unless a run is about another one. */
const { DYNAMODB_LOCAL_ENDPOINT } = process.env;
const results = new Map<string, CheckResult>();
let stack: RunningStack;
let userToken: string;

const list = async (): Promise<unknown> => {
  const headers = { authorization: `Bearer ${userToken}` };
  return (await fetch(`${stack.apiUrl}/api/tasks`, { headers })).json();
};

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

it('leaves no task behind', async () => {
  expect(await list()).toEqual([]);
});

describe('an account with tasks of its own', () => {
  it(
    'has them still, after the same checks',
    async () => {
      const headers = { authorization: `Bearer ${userToken}`, 'content-type': 'application/json' };
      const create = (body: object) =>
        fetch(`${stack.apiUrl}/api/tasks`, { method: 'POST', headers, body: JSON.stringify(body) });
      await create({ title: 'buy milk' });
      await create({ title: 'pay the rent', completed: true });
      const before = await list();
      const outcomes = await runChecks({ baseUrl: stack.apiUrl, token: userToken });
      expect(await list()).toEqual(before);
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
