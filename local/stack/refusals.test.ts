import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../offline-gateway/conformance/free-ports.ts';
import { runStack, type Stack, type StackOptions } from '../../support/stack.ts';

import { LOOPBACK, listenOn, requireFreePorts } from '../settings/ports.ts';

/** The small service that the local stack is tested with. */
const FIXTURE_SERVICE = join(import.meta.dirname, '../fixtures/service');
/** A start takes 5 s, and longer on a busy machine. */
const TIMEOUT_MS = 60_000;
const cleanUps: (() => unknown)[] = [];

async function run(options?: StackOptions): Promise<Stack> {
  const stack = await runStack({ folder: FIXTURE_SERVICE, ...options });
  cleanUps.unshift(stack.stop);
  return stack;
}

async function occupy(port: number): Promise<void> {
  const stranger = createServer();
  await listenOn(stranger, { port, host: LOOPBACK, purpose: 'a stranger', variable: 'none' });
  cleanUps.push(() => stranger.close());
}

/** The fixture service with a `.env` of its own, in a folder from which its paths still lead to the plugins. */
function serviceWithEnvFile(text: string): string {
  const service = mkdtempSync(`${FIXTURE_SERVICE}-`);
  cleanUps.push(() => rmSync(service, { recursive: true }));
  cpSync(FIXTURE_SERVICE, service, { recursive: true, filter: (path) => !path.includes('.local') });
  writeFileSync(join(service, '.env'), text);
  return service;
}

/** Like a bundler that meets a function it cannot compile. */
const FAILING_PLUGIN = `module.exports = class {
  hooks = { 'before:offline:start:init': async () => { throw new Error('this does not compile') } };
};`;

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

describe('serverless offline with the local stack', () => {
  it.each([
    ['API_PORT', 'the API'],
    ['DYNAMODB_PORT', 'the embedded DynamoDB'],
  ])(
    'says in one sentence that %s is taken, and leaves nothing running',
    async (variable, purpose) => {
      const [port = 0] = await freePorts(1);
      await occupy(port);
      const { exited, output, env } = await run({ env: { [variable]: String(port) } });
      expect(await exited).toBe(1);
      expect(output().trim()).toBe(
        `Port ${port} is in use, so ${purpose} cannot start. Stop the program that listens there, or set ${variable} to another port.`,
      );
      const others = Object.entries(env).filter(([name]) => name.endsWith('_PORT') && name !== variable);
      await requireFreePorts(
        others.map(([name, value]) => ({ port: Number(value), purpose: name, variable: name })),
        0,
      );
    },
    TIMEOUT_MS,
  );

  it.each([
    [
      'a secret that is too short',
      { BETTER_AUTH_SECRET: 'short' },
      'BETTER_AUTH_SECRET must be at least 32 characters long.',
    ],
    [
      'a rate that is no number',
      { RATE_LIMIT_PER_MINUTE: 'lots' },
      'RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000.',
    ],
    ['a port that is not valid', { AUTH_PORT: 'x' }, 'AUTH_PORT must be a whole number from 1 to 65535.'],
  ])('refuses to start with %s', async (_name, env, sentence) => {
    const { exited, output } = await run({ env });
    expect(await exited).toBe(1);
    expect(output().trim()).toBe(sentence);
  });

  it(
    'names a mistyped setting of .env and of the environment at start, and goes on',
    async () => {
      const service = serviceWithEnvFile('BETER_AUTH_URL=https://auth.example.com\n');
      const stack = await run({ folder: service, env: { RATE_LIMT_PER_MINUTE: '60' } });
      await stack.ready();
      expect(stack.output()).toContain(
        'BETER_AUTH_URL is not a setting and is ignored. Did you mean BETTER_AUTH_URL?',
      );
      expect(stack.output()).toContain('Did you mean RATE_LIMIT_PER_MINUTE?');
      expect(stack.output()).not.toContain('auth.example.com');
    },
    TIMEOUT_MS,
  );

  it(
    'lets .env count for every variable of serverless.yml, below the environment',
    async () => {
      const [port] = await freePorts(1);
      const service = serviceWithEnvFile(`GREETING=hello\nAPI_PORT=${port}\nAUTH_PORT=1\n`);
      const stack = await run({ folder: service, env: { API_PORT: '' } });
      await stack.ready();
      const reply = await fetch(`http://localhost:${port}/api/health`);
      expect(await reply.json()).toEqual({ greeting: 'hello' });
      expect(stack.output()).toContain(stack.authUrl);
    },
    TIMEOUT_MS,
  );

  it(
    'ends when the framework cannot start, and shows why',
    async () => {
      const service = serviceWithEnvFile('');
      writeFileSync(join(service, 'failing-plugin.cjs'), FAILING_PLUGIN);
      const config = join(service, 'serverless.yml');
      writeFileSync(
        config,
        readFileSync(config, 'utf8').replace('  - serverless-offline', '  - ./failing-plugin.cjs\n$&'),
      );
      const { exited, output } = await run({ folder: service });
      expect(await exited).toBe(1);
      expect(output()).toContain('this does not compile');
    },
    TIMEOUT_MS,
  );

  it(
    'says so when the API answers, but not as it should',
    async () => {
      const service = serviceWithEnvFile('');
      writeFileSync(
        join(service, 'handlers.cjs'),
        'exports.getHealth = () => { throw new Error("no health") };',
      );
      const { ready, output } = await run({ folder: service });
      await ready();
      expect(output()).toContain('no health');
    },
    TIMEOUT_MS,
  );

  it(
    'ends when npm is killed',
    async () => {
      const stack = await run({ command: ['npm', 'run', 'dev'], env: { npm_lifecycle_event: 'dev' } });
      await stack.ready();
      stack.child.kill('SIGKILL');
      await stack.exited;
      const claims = Object.entries(stack.env).filter(([name]) => name.endsWith('_PORT'));
      await requireFreePorts(
        claims.map(([name, value]) => ({ port: Number(value), purpose: name, variable: name })),
        2000,
      );
    },
    TIMEOUT_MS,
  );
});

describe('a Node that is too old', () => {
  it.each([
    ['20.20.2', 1],
    ['22.17.9', 1],
    ['22.18.0', 0],
    ['24.21.0', 0],
  ])('%s ends with %d', (version, exitCode) => {
    const guard = fileURLToPath(new URL('./supported-node.cjs', import.meta.url));
    const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require(${JSON.stringify(guard)}).requireSupportedNode()`;
    const end = () => execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: 'pipe' });
    if (exitCode === 0) expect(end()).toBe('');
    else expect(end).toThrow(`The local stack needs Node 22.18 or newer and this is Node ${version}.`);
  });
});
