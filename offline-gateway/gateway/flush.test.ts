import type { ServerResponse } from 'node:http';
import { expect, it } from '@jest/globals';
import type { Exchange } from '../exchange/exchange.ts';
import { answerFlush } from './flush.ts';

/** How many results were dropped, or false when the request was for somebody else. */
function flush(request: Partial<Exchange>): number | false {
  let sent = '';
  const res = { writeHead: () => undefined, end: (body: string) => (sent = body) };
  const exchange = { method: 'DELETE', contextPath: '/flush', sourceIp: '127.0.0.1', ...request };
  const isAnswered = answerFlush(exchange as Exchange, res as unknown as ServerResponse, {
    path: '/flush',
    run: () => 3,
  });
  return isAnswered ? (JSON.parse(sent) as { flushed: number }).flushed : false;
}

it.each([
  ['DELETE from 127.0.0.1', {}, 3],
  ['DELETE from ::1', { sourceIp: '::1' }, 3],
  ['DELETE from the network', { sourceIp: '192.168.1.7' }, false],
  ['another method', { method: 'POST' }, false],
  ['another path', { contextPath: '/flush/all' }, false],
])('%s flushes: %s', (_name, request, expected) => {
  expect(flush(request)).toBe(expected);
});
