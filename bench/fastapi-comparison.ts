import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../offline-gateway/conformance/free-ports.ts';
import type { Benchmark, Result } from '../support/measure/result.ts';
import { interleave, type Rounds } from '../support/measure/rounds.ts';
import { RESOURCES } from '../support/resources.ts';
import { MINTED_TOKENS, startStack } from '../support/stack.ts';
import { authorizationOf, ISSUER, SECRET } from '../support/tokens.ts';

const CONNECTIONS = 16;
const REQUESTS = 160;
const LIST_LENGTH = 20;
/** Debian's, because a Python of another origin has other packages. */
const PYTHON = '/usr/bin/python3';
const PACKAGES = 'python3-fastapi python3-jose python3-sqlalchemy uvicorn';

const OPERATIONS = {
  create: { goal: 2.5, user: 'writer' },
  list: { goal: 1.05, user: 'reader' },
  get: { goal: 1.1, user: 'reader' },
} as const;
type Operation = keyof typeof OPERATIONS;

export const fastapiComparison: Benchmark = {
  ids: ['L2'],
  seconds: 60,
  run: async ({ rounds = 15 }) => {
    if (!RESOURCES.some(({ path }) => path === '/api/tasks'))
      return { results: skipped('it compares tasks, which this service does not have') };
    const seeds = await startSeeds();
    if (seeds === undefined) return { results: skipped(`${PYTHON} has not all of ${PACKAGES}`) };
    const stack = await startStack({ env: MINTED_TOKENS });
    try {
      const systems = await Promise.all([prepare('stack', stack.apiUrl), prepare('seeds', seeds.url)]);
      const variants = systems.flatMap(({ name, send }) =>
        (Object.keys(OPERATIONS) as Operation[]).map((operation) => ({
          name: `${name} ${operation}`,
          sample: () => perRequest(() => send(operation)),
        })),
      );
      return { results: results(await interleave(variants, rounds)) };
    } finally {
      seeds.stop();
      await stack.stop();
    }
  },
};

/** @returns `undefined` when this machine has no Python with the packages. */
async function startSeeds() {
  try {
    execFileSync(PYTHON, ['-c', 'import fastapi, jose, sqlalchemy, uvicorn'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const [port] = await freePorts(1);
  const directory = mkdtempSync(join(tmpdir(), 'fastapi-'));
  const env = {
    PATH: '/usr/bin:/bin',
    BETTER_AUTH_URL: ISSUER,
    BETTER_AUTH_SECRET: SECRET,
    DATABASE_URL: `sqlite:///${join(directory, 'tasks.db')}`,
  };
  const args = ['-m', 'uvicorn', 'app:app', '--port', `${port}`, '--no-access-log', '--log-level', 'error'];
  const child = spawn(PYTHON, args, {
    cwd: join(import.meta.dirname, 'fastapi-system'),
    env,
    stdio: 'inherit',
  });
  await sleep(1500);
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

/** Fills in what is read, and warms up. */
async function prepare(name: string, url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = (operation: Operation, path: string, body?: object) =>
    exchange(`${url}${path}`, { agent, authorization: authorizationOf(OPERATIONS[operation].user), body });
  const create = async (operation: Operation) =>
    JSON.parse(await ask(operation, '/api/tasks', { title: 'Buy milk', description: 'Two bottles' }));
  let id = '';
  for (let index = 0; index < LIST_LENGTH; index += 1) ({ id } = await create('list'));
  const paths: Readonly<Record<Operation, () => Promise<unknown>>> = {
    create: () => create('create'),
    list: () => ask('list', '/api/tasks'),
    get: () => ask('get', `/api/tasks/${id}`),
  };
  return { name, send: (operation: Operation) => paths[operation]() };
}

interface Sent {
  readonly agent: Agent;
  readonly authorization: string;
  readonly body: object | undefined;
}

function exchange(url: string, { agent, authorization, body }: Sent): Promise<string> {
  const content = body && JSON.stringify(body);
  const headers = {
    authorization,
    ...(content && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  };
  return new Promise((done, fail) => {
    const outgoing = request(url, { agent, headers, method: content ? 'POST' : 'GET' }, async (response) => {
      const reply = await text(response);
      const status = response.statusCode ?? 0;
      if (status === (content ? 201 : 200)) done(reply);
      else fail(new Error(`${url} answered ${status}: ${reply}`));
    });
    outgoing.once('error', fail);
    outgoing.end(content);
  });
}

/** Milliseconds per request at all connections. */
async function perRequest(send: () => Promise<unknown>): Promise<number> {
  let left = REQUESTS;
  const begun = performance.now();
  const work = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return (performance.now() - begun) / REQUESTS;
}

function results(measured: Rounds): Result[] {
  return (Object.keys(OPERATIONS) as Operation[]).map((operation) => ({
    ...row(operation),
    figure: measured.ratio(`seeds ${operation}`, `stack ${operation}`),
    note: `${(1000 / measured.median(`stack ${operation}`)).toFixed(0)} requests/s against ${(1000 / measured.median(`seeds ${operation}`)).toFixed(0)}, quartiles ${measured.spread(`seeds ${operation}`, `stack ${operation}`)}`,
  }));
}

function row(operation: Operation) {
  return {
    id: 'L2',
    what: `the local stack against a FastAPI backend, ${operation}, ${CONNECTIONS} connections`,
    goal: { compare: '≥' as const, limit: OPERATIONS[operation].goal, unit: '× the requests/s' },
  };
}

function skipped(reason: string): Result[] {
  return (Object.keys(OPERATIONS) as Operation[]).map((operation) => ({
    ...row(operation),
    figure: undefined,
    note: `skipped: ${reason}`,
  }));
}
