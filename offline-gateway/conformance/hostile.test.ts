import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from './client.ts';
import { type Offline, startOffline } from './offline.ts';

let offline: Offline;
beforeAll(async () => {
  offline = await startOffline({ service: join(import.meta.dirname, '../fixtures/behaviour') });
}, 40_000);
afterAll(() => offline?.stop());

/** Sends bytes as they are, and answers everything that came back until the connection closed. */
function exchange(...parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(offline.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    void (async () => {
      for (const part of parts) {
        socket.write(part);
        await new Promise((next) => setTimeout(next, 30));
      }
    })();
  });
}

const CHUNKED = 'Host: x\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('what Node’s parser cannot read does not end the process', () => {
  it.each([
    ['a broken chunk to a guarded route, in one packet', [`PUT /a HTTP/1.1\r\n${CHUNKED}zz\r\n`]],
    ['a broken chunk after the route was refused', [`PUT /a HTTP/1.1\r\n${CHUNKED}`, 'zz\r\n']],
    ['a broken chunk in the middle of a body', [`POST /upload HTTP/1.1\r\n${CHUNKED}2\r\nok\r\n`, 'zz\r\n']],
    ['a broken chunk to nowhere', [`POST /nowhere HTTP/1.1\r\n${CHUNKED}zz\r\n`]],
    ['an unknown method', ['FETCH / HTTP/1.1\r\nHost: x\r\n\r\n']],
    ['a broken request behind a good one', ['GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nFETCH\r\n\r\n']],
    ['no HTTP at all', ['\u0016\u0003\u0001\r\n\r\n']],
    ['a body that ends too early', ['POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort']],
  ])('%s', async (_name, parts) => {
    const received = await exchange(...parts);
    expect(received).not.toMatch(/HTTP\/1\.1 5\d\d/);
    expect((await send(offline.url, '/nowhere')).status).toBe(403);
  });
});
