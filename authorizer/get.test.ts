import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { get } from './get.ts';

let server: Server;
let closed: Promise<unknown>;

beforeEach(async () => {
  server = createServer((request, response) => {
    closed = once(response, 'close');
    response.setHeader('Location', '/elsewhere');
    response.writeHead(request.url === '/moved' ? 302 : 200);
    // The answer has a beginning and no end, so it ends only when it is cancelled.
    response.write(request.headers['accept'] ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (scheme: string, path = '/') =>
  get(new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}${path}`), {
    // Longer than a test may take: it must not end the connection in the place of a cancel.
    signal: AbortSignal.timeout(60_000),
    headers: { accept: 'application/json' },
    redirect: 'manual',
  });

describe('get', () => {
  it('follows no redirect and reads headers by their name in lower case', async () => {
    const answer = await ask('http', '/moved');
    expect(answer.status).toBe(302);
    expect([answer.headers.get('location'), answer.headers.get('etag')]).toEqual(['/elsewhere', null]);
  });

  it('ends the connection when its answer is cancelled', async () => {
    const { body } = await ask('http');
    await body?.cancel();
    await closed;
  });

  it('speaks TLS to an https address', async () => {
    // A server without TLS answers something that TLS cannot read.
    await expect(ask('https')).rejects.toMatchObject({
      code: expect.stringMatching(/^(EPROTO|ERR_SSL_|ECONNRESET)/),
    });
  });
});
