import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningStack, sharedStack } from '../../../support/stack.ts';
import { type AccessToken, makeAccessToken } from '../access-token.ts';
import { type ApiProblem, isProblem } from '../problem.ts';
import { signUpOrIn } from '../sign-in.ts';
import { makeTasks, type Task, type TaskFilter } from './tasks.ts';

const START_TIMEOUT_MS = 60_000;
const stops: (() => Promise<void>)[] = [];
const stopAll = async (): Promise<void> => {
  for (const stop of stops.splice(0)) await stop();
};

const TASK = {
  id: '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50',
  title: 'Buy milk',
  description: '',
  completed: false,
  order: null,
  dueAt: null,
  createdAt: '2026-03-01T08:50:12.032Z',
  updatedAt: '2026-03-01T08:50:12.032Z',
  url: 'http://api.test/api/tasks/019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50',
};

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const problem = (status: number, code: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { type: 'about:blank', title: '', status, detail: `because of ${code}`, code, requestId: 'r' },
});

/** What an API says, in this order; `cut` ends the connection without an answer. In a link, `{api}` is its address. */
async function startApi(...answers: readonly (Answer | 'cut')[]) {
  const requests: (Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string })[] = [];
  const url = await listen(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, headers } = request;
    requests.push({ method, url: request.url, headers, body });
    reply(answers[requests.length - 1] ?? { status: 500 }, response, `http://${headers.host}`);
  });
  return { url, requests };
}

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stops.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function reply(answer: Answer | 'cut', response: ServerResponse, url: string): void {
  if (answer === 'cut') return void response.destroy();
  const { status, headers, body } = answer;
  const link = headers?.['link']?.replace('{api}', url);
  response.writeHead(status, { 'content-type': 'application/json', ...headers, ...(link && { link }) });
  response.end(JSON.stringify(body));
}

/** Tokens with a number instead of a signature, which these tests do not verify. */
function numberedTokens(): AccessToken & { readonly count: () => number } {
  let count = 1;
  return {
    get: async () => `token-${count}`,
    expired: () => {
      count += 1;
    },
    count: () => count,
  };
}

async function withApi(...answers: readonly (Answer | 'cut')[]) {
  const api = await startApi(...answers);
  const accessToken = numberedTokens();
  return { ...api, accessToken, tasks: makeTasks({ apiUrl: api.url, accessToken }) };
}

/** Hands every request on, and the answer back unless it is lost. The other side has done its work by then. */
async function startProxy(target: string, isLost: (request: IncomingMessage) => boolean): Promise<string> {
  return listen((request, response) => {
    const { method = 'GET', headers, url: path = '/' } = request;
    const onward = forward(new URL(path, target), { method, headers }, (answer) => {
      if (isLost(request)) return void response.destroy();
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
}

async function listAll(tasks: ReturnType<typeof makeTasks>, filter: TaskFilter = {}): Promise<Task[]> {
  const all: Task[] = [];
  for await (const task of tasks.list(filter)) all.push(task);
  return all;
}

describe('a session against the local stack', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await sharedStack();
  }, START_TIMEOUT_MS);
  afterEach(stopAll);

  const run = (env: object) =>
    promisify(execFile)(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
      env: { ...process.env, NODE_OPTIONS: '', API_URL: stack.apiUrl, AUTH_URL: stack.authUrl, ...env },
    });

  it('goes as the README shows, for a user who is new and one who is not', async () => {
    for (const _time of ['first', 'second']) {
      const { stdout, stderr } = await run({});
      expect(stderr).toBe('');
      expect(stdout.replaceAll(stack.authUrl, 'AUTH_URL').split('\n')).toEqual([
        'sign in    front-end@example.com at AUTH_URL',
        'create     Buy milk, Pay the rent, Call Žofie',
        'list       Buy milk, Pay the rent, Call Žofie (two a page)',
        expect.stringMatching(
          /^change {5}two at once, both kept: (?=.*Reference 4711\.)(?=.*To the new account\.)/,
        ),
        'open       Pay the rent, Call Žofie',
        'refused    #/title must not be empty',
        'delete     3 tasks; reading one again: 404 Task not found',
        '',
      ]);
    }
  });

  it('finds the ports in the .env of the stack, where API_URL may name a deployment', async () => {
    const [api, auth] = [stack.apiUrl, stack.authUrl].map((url) => new URL(url).port);
    const file = join(stack.folder, '.env');
    writeFileSync(file, `API_PORT=${api}\nAUTH_PORT=${auth}\nAPI_URL=https://api.example.com\n`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(stack.folder, 'examples/client/tasks/main.ts')],
      { env: { PATH: process.env['PATH'] } },
    );
    rmSync(file);
    expect(stdout).toContain('delete     3 tasks');
  });

  it('ends with a sentence when the password is wrong', async () => {
    await run({ EMAIL: 'wrong@example.com' });
    const { code, stderr } = await run({ EMAIL: 'wrong@example.com', PASSWORD: 'not-her-password' }).catch(
      (e) => e,
    );
    expect([code, stderr]).toEqual([1, 'Invalid email or password\n']);
  });

  it('creates one task when the API made it and its answer was lost on the way', async () => {
    const { fetchToken } = await signUpOrIn(stack.authUrl, {
      email: 'lost@example.com',
      password: 'correct-horse',
    });
    let lost = 0;
    const apiUrl = await startProxy(stack.apiUrl, ({ method }) => method === 'POST' && ++lost <= 2);
    const tasks = makeTasks({ apiUrl, accessToken: makeAccessToken(fetchToken) });
    const created = await tasks.create({ title: 'Buy milk' });
    expect(lost).toBe(3);
    expect(await listAll(tasks)).toEqual([created]);
  });

  it('renews the token of Better Auth when it nears its end, once for all who ask', async () => {
    const user = await signUpOrIn(stack.authUrl, {
      email: 'renewing@example.com',
      password: 'correct-horse',
    });
    let nowMs = 0;
    let fetches = 0;
    const fetchToken = () => {
      fetches += 1;
      return user.fetchToken();
    };
    const accessToken = makeAccessToken(fetchToken, () => nowMs);
    const ask = async () => {
      await Promise.all([accessToken.get(), accessToken.get(), accessToken.get()]);
      return fetches;
    };
    expect(await ask()).toBe(1);
    nowMs = 13.9 * 60_000;
    expect(await ask()).toBe(1);
    nowMs = 14 * 60_000;
    expect(await ask()).toBe(2);
    accessToken.expired(await accessToken.get());
    expect(await ask()).toBe(3);
  });
});

describe('the client', () => {
  afterEach(stopAll);

  it('meets an expired token with a new one, once', async () => {
    const { tasks, requests } = await withApi(problem(401, 'token_expired'), { status: 200, body: TASK });
    expect(await tasks.get(TASK.id)).toEqual(TASK);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('sends the body again with the new token', async () => {
    const { tasks, requests } = await withApi(problem(401, 'token_expired'), { status: 201, body: TASK });
    await tasks.create({ title: 'Buy milk' });
    expect(requests.map(({ body }) => body)).toEqual(['{"title":"Buy milk"}', '{"title":"Buy milk"}']);
  });

  it.each([
    [
      'gives up when the new one is refused, too',
      [problem(401, 'token_expired'), problem(401, 'token_expired')],
      2,
    ],
    ['does not try another token when this one is wrong', [problem(401, 'wrong_issuer')], 1],
  ])('%s', async (_name, answers, count) => {
    const { tasks, requests, accessToken } = await withApi(...answers);
    const error = await tasks.get(TASK.id).catch((refusal: unknown) => refusal as ApiProblem);
    expect(isProblem(error) && [error.status, error.code, error.message]).toEqual([
      401,
      ...(count === 2
        ? ['token_expired', 'because of token_expired']
        : ['wrong_issuer', 'because of wrong_issuer']),
    ]);
    expect([requests.length, accessToken.count()]).toEqual([count, count]);
  });

  it.each(['', '.', '..', '%2e', '/', 'undefined', `${TASK.id}/`, ` ${TASK.id}`, `${TASK.id}\n`])(
    'sends nothing for the id %j, which might be the path of all tasks',
    async (id) => {
      const { tasks, requests } = await withApi();
      await expect(tasks.remove(id)).rejects.toThrow(TypeError);
      await expect(tasks.get(id)).rejects.toThrow(TypeError);
      await expect(tasks.change(id, () => ({}))).rejects.toThrow(TypeError);
      expect(requests).toEqual([]);
    },
  );

  it('deletes many tasks only with the word for which', async () => {
    const deleted = { status: 200, body: { detail: '3 tasks deleted' } };
    const { tasks, requests } = await withApi(deleted, deleted);
    await tasks.removeMany('all');
    await tasks.removeMany('completed');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'DELETE /api/tasks?all=true',
      'DELETE /api/tasks?completed=true',
    ]);
  });

  it('creates with one key, however often no answer comes', async () => {
    const { tasks, requests } = await withApi('cut', 'cut', { status: 201, body: TASK });
    await tasks.create({ title: 'Buy milk' });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('creates two tasks with two keys', async () => {
    const { tasks, requests } = await withApi({ status: 201, body: TASK }, { status: 201, body: TASK });
    await tasks.create({ title: 'Buy milk' });
    await tasks.create({ title: 'Buy milk' });
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });

  it('does not repeat a change that was not answered, because it may have been made', async () => {
    const { tasks, requests } = await withApi({ status: 200, headers: { etag: '"1"' }, body: TASK }, 'cut');
    await expect(tasks.change(TASK.id, () => ({ completed: true }))).rejects.toThrow('fetch failed');
    expect(requests).toHaveLength(2);
  });

  it('waits as long as a busy API says', async () => {
    const busy = problem(503, 'service_unavailable', { 'retry-after': '1' });
    const { tasks, requests } = await withApi(busy, { status: 200, body: TASK });
    const start = performance.now();
    await tasks.get(TASK.id);
    expect(performance.now() - start).toBeGreaterThan(990);
    expect(requests).toHaveLength(2);
  });

  it('decides again on the newest version when somebody else was faster', async () => {
    const read = (version: number): Answer => ({
      status: 200,
      headers: { etag: `"${version}"` },
      body: { ...TASK, order: version },
    });
    const { tasks, requests } = await withApi(read(1), problem(412, 'stale_version'), read(2), read(3));
    await tasks.change(TASK.id, ({ order }) => ({ order: (order ?? 0) + 10 }));
    const changes = requests.filter(({ method }) => method === 'PATCH');
    expect(changes.map(({ headers, body }) => [headers['if-match'], body])).toEqual([
      ['"1"', '{"order":11}'],
      ['"2"', '{"order":12}'],
    ]);
  });

  it('follows Link from page to page, and only as far as it is asked', async () => {
    const page = (title: string, next?: string): Answer => ({
      status: 200,
      body: [{ ...TASK, title }],
      headers: next === undefined ? {} : { link: `<{api}/api/tasks?cursor=${next}>; rel="next"` },
    });
    const { tasks, requests } = await withApi(page('a', '1'), page('b', '2'), page('c'), page('a', '1'));
    const all = await listAll(tasks, { limit: 1 });
    expect(all.map(({ title }) => title)).toEqual(['a', 'b', 'c']);
    expect(requests.map(({ url }) => url)).toEqual([
      '/api/tasks?limit=1',
      '/api/tasks?cursor=1',
      '/api/tasks?cursor=2',
    ]);
    for await (const { title } of tasks.list()) if (title === 'a') break;
    expect(requests).toHaveLength(4);
  });

  it('gives its token to no other server, whatever Link says', async () => {
    const elsewhere = await startApi({ status: 200, body: [] });
    const link = `<${elsewhere.url}/api/tasks>; rel="next"`;
    const { tasks } = await withApi({ status: 200, headers: { link }, body: [TASK] });
    await expect(listAll(tasks)).rejects.toThrow(/is not part of/);
    expect(elsewhere.requests).toEqual([]);
  });

  it('says so when what comes back is none of the API’s answers', async () => {
    const { tasks } = await withApi({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: 'Bad Gateway',
    });
    await expect(tasks.get(TASK.id)).rejects.toThrow('does not have');
  });

  it('knows the codes of the contract, and no others', () => {
    expect(isProblem(new Error('another'), 'task_not_found')).toBe(false);
    // @ts-expect-error: no such code, and the types come from openapi.yml.
    expect(isProblem(new Error('another'), 'no_such_code')).toBe(false);
  });
});
