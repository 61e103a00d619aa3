import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { guardPort, type PortRules } from './port-guard.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A guarded server, and every request that got through to it. */
async function start(localPages: PortRules['localPages'], listener?: RequestListener) {
  const reached: string[] = [];
  const answer: RequestListener = (incoming, response) => {
    reached.push(`${incoming.method} ${incoming.url}`);
    response.end('reached');
  };
  const server = createServer(listener ?? answer);
  server.on('checkContinue', answer);
  guardPort(server, { localPages });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close().closeAllConnections());
  return { port: (server.address() as AddressInfo).port, reached };
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(port: number, { method = 'GET', path = '/', headers = {} }: Sent = {}) {
  const outgoing = request({ port, host: '127.0.0.1', method, path, headers });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** `{port}` stands for the port of the server. */
const HOSTS: readonly (readonly [what: string, host: string, isOwn: boolean])[] = [
  ['localhost', 'localhost:{port}', true],
  ['localhost in capitals', 'LOCALHOST:{port}', true],
  ['the loopback address', '127.0.0.1:{port}', true],
  ['another loopback address', '127.1.2.3:{port}', true],
  ['the loopback address of IPv6', '[::1]:{port}', true],
  ['a name pointed at this machine', 'rebind.test:{port}', false],
  ['a name that begins like localhost', 'localhost.evil.test:{port}', false],
  ['a name that ends like localhost', 'evil-localhost:{port}', false],
  ['a user before a name', 'localhost:{port}@evil.test', false],
  ['an address of the network', '192.168.0.1:{port}', false],
  ['the address that means all', '0.0.0.0:{port}', false],
  ['another port', 'localhost:1', false],
  ['no port', 'localhost', false],
  ['a space', 'a b', false],
  ['a bracket', '[', false],
];

/** Who sends it, with which headers, and which ports let it through. */
const CALLERS: readonly (readonly [
  what: string,
  headers: Record<string, string>,
  program: boolean,
  page: boolean,
])[] = [
  ['a program', {}, true, true],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, true, true],
  ['a page of this port', { 'sec-fetch-site': 'same-origin' }, true, true],
  ['a page of this port that posts', { origin: 'http://127.0.0.1:{port}' }, true, true],
  ['a page of another port', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }, false, true],
  ['a page of 127.0.0.1', { origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'cross-site' }, false, true],
  ['a page of [::1]', { origin: 'http://[::1]:5173', 'sec-fetch-site': 'cross-site' }, false, true],
  ['a page of https://localhost', { origin: 'https://localhost' }, false, true],
  ['a link on a page of another port', { 'sec-fetch-site': 'same-site' }, false, true],
  ['a link on another site', { 'sec-fetch-site': 'cross-site' }, false, false],
  ['a browser of the future', { 'sec-fetch-site': 'other' }, false, false],
  ['another site', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, false, false],
  ['another site in an old browser', { origin: 'https://evil.test' }, false, false],
  ['another site that looks local', { origin: 'http://localhost.evil.test' }, false, false],
  ['a user before a site', { origin: 'http://localhost:1@evil.test' }, false, false],
  ['a page without an origin', { origin: 'null' }, false, false],
  ['an empty origin', { origin: '' }, false, false],
  ['an extension', { origin: 'chrome-extension://localhost' }, false, false],
  [
    'an origin that only claims the same site',
    { origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' },
    false,
    false,
  ],
];

const withPort = (record: Readonly<Record<string, string>>, port: number) =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value.replace('{port}', `${port}`)]),
  );

describe.each(['refused', 'allowed'] as const)('a port where local pages are %s', (localPages) => {
  it.each(HOSTS)('as Host: %s', async (_what, host, isOwn) => {
    const { port, reached } = await start(localPages);
    const { status } = await send(port, { headers: withPort({ host }, port) });
    expect([status, reached.length]).toEqual(isOwn ? [200, 1] : [403, 0]);
  });

  it.each(CALLERS)('called by %s', async (_what, headers, program, page) => {
    const { port, reached } = await start(localPages);
    const isLet = localPages === 'allowed' ? page : program;
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      reached.length = 0;
      const reply = await send(port, { method, headers: withPort(headers, port) });
      expect([method, reply.status, reached.length]).toEqual([method, ...(isLet ? [200, 1] : [403, 0])]);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('is guarded also when the client asks before it sends', async () => {
    const { port, reached } = await start(localPages);
    const headers = { origin: 'https://evil.test', expect: '100-continue' };
    expect([(await send(port, { method: 'POST', headers })).status, reached]).toEqual([403, []]);
  });

  it.each(['http://localhost/', '*'])('takes %s for no path', async (path) => {
    const { port, reached } = await start(localPages);
    expect([(await send(port, { method: 'OPTIONS', path })).status, reached]).toEqual([400, []]);
  });
});

describe('a listener that fails', () => {
  const quiet = () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    cleanUps.push(() => printed.mockRestore());
    return printed;
  };
  const fails = () => {
    throw new Error('the reason');
  };

  it.each([
    ['at once', fails],
    ['later', async () => fails()],
  ])('is answered 500 and printed: %s', async (_when, listener) => {
    const printed = quiet();
    const { port } = await start('refused', listener as RequestListener);
    const { status, body } = await send(port);
    expect([status, body]).toEqual([500, expect.not.stringContaining('the reason')]);
    expect(printed).toHaveBeenCalledWith(expect.stringContaining('Error: the reason'));
  });

  it('ends the connection when its answer has begun', async () => {
    quiet();
    const { port } = await start('refused', (_request, response) => {
      response.writeHead(200).write('half');
      fails();
    });
    await expect(send(port)).rejects.toThrow(/aborted|hang up/);
  });
});

describe('a thread that survives requests', () => {
  /** Asks a guarded server for `/` and then for `/well`, and gives its output. */
  const program = (listener: string) => `
    import { createServer } from 'node:http';
    import { guardPort, surviveRequests } from './local/settings/port-guard.ts';
    surviveRequests();
    const server = createServer((request, response) => {
      if (request.url === '/well') return response.end();
      ${listener}
    });
    guardPort(server, { localPages: 'refused' });
    server.listen(0, '127.0.0.1', async () => {
      const ask = async (path) => (await fetch('http://127.0.0.1:' + server.address().port + path)).status;
      console.log(await ask('/'), await ask('/well'));
      setTimeout(() => { throw new Error('of no request'); });
    });`;
  const run = (listener: string) =>
    spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program(listener)], {
      encoding: 'utf8',
    });

  it.each([
    ['an error in a callback', `setTimeout(() => { throw new Error('late'); })`],
    ['a promise that is not waited for', `Promise.reject(new Error('late'))`],
  ])('answers %s with 500, and goes on', (_what, listener) => {
    const { stdout, stderr } = run(listener);
    expect([stdout, stderr]).toEqual(['500 200\n', expect.stringContaining('Error: late')]);
  });

  it('ends with an error that is of no request', () => {
    const { status, stderr } = run('response.end()');
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining('of no request')]);
  });
});

it('refuses a request without a Host', async () => {
  const { port, reached } = await start('refused');
  const socket = connect(port, '127.0.0.1').end('GET / HTTP/1.0\r\n\r\n');
  expect([await text(socket), reached]).toEqual([expect.stringMatching(/^HTTP\/1\.1 403 /), []]);
});

it('answers a request that HTTP does not know as Node does', async () => {
  const { port } = await start('refused');
  const socket = connect(port, '127.0.0.1').end('nonsense\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
});
