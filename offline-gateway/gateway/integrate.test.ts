import type { IncomingMessage } from 'node:http';
import { expect, it } from '@jest/globals';
import { openExchange } from '../exchange/exchange.ts';
import { makeReporter } from '../report.ts';
import { describeApi } from '../service/api-address.ts';
import { readSettings } from '../settings.ts';
import { integrate } from './integrate.ts';

/** How long the gateway waits for a function that never answers, and what it then says. */
async function timeOut(integrationTimeoutMs: number, timeoutMs?: number) {
  const service = { service: 'tasks', provider: { stage: 'dev', region: 'eu-central-1' } };
  const req = { url: '/dev/p', method: 'GET', headers: {}, rawHeaders: [], socket: {} };
  const exchange = openExchange(
    req as unknown as IncomingMessage,
    describeApi(service as never, {}, readSettings({})),
  );
  const waitedMs: number[] = [];
  const said: string[] = [];
  const error = await integrate(exchange, { functionKey: 'slow', timeoutMs }, Buffer.alloc(0), {
    invoke: async (_functionKey, _event, limitMs) => {
      waitedMs.push(limitMs);
      return 'limit';
    },
    isBinary: () => false,
    compress: async (reply) => reply,
    integrationTimeoutMs,
    reporter: makeReporter({ warning: (text) => said.push(text), notice: () => undefined }),
  });
  return { waitedMs, said, error };
}

it.each([
  ['integrationTimeoutMs, for an event without a time of its own', 2_500, undefined, 2_500],
  ['the time of the event', 2_500, 300, 300],
])('the gateway waits %s, and then answers 504', async (_what, integrationTimeoutMs, timeoutMs, expected) => {
  const { waitedMs, said, error } = await timeOut(integrationTimeoutMs, timeoutMs);
  expect(waitedMs).toEqual([expected]);
  expect(error).toMatchObject({ type: 'INTEGRATION_TIMEOUT', status: 504 });
  expect(said).toEqual([expect.stringContaining(`took longer than the ${expected} ms`)]);
});

it('with --noTimeout the gateway waits for ever, whatever an event says', async () => {
  expect((await timeOut(Number.POSITIVE_INFINITY, 300)).waitedMs).toEqual([Number.POSITIVE_INFINITY]);
});
