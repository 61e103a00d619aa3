import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from './client.ts';
import { type Offline, startOffline, untilPrinted } from './offline.ts';

const SERVICE = join(import.meta.dirname, '../fixtures/faults');
const BAD_REPLY = '{"message": "Internal server error"}';
/** The faulty function would answer after 3 s. */
const AT_ONCE_MS = 2_000;

describe.each([
  ['worker threads', [], {}],
  ['in process', ['--useInProcess'], {}],
  ['in process, where a plugin uses `domain`', ['--useInProcess'], { WITH_DOMAIN: 'true' }],
])('a fault outside the handler, %s', (_runner, args, env) => {
  let offline: Offline;
  beforeAll(async () => {
    offline = await startOffline({ service: SERVICE, args, env });
  }, 60_000);
  afterAll(() => offline?.stop());
  const ask = (path: string) => send(offline.url, path);

  it.each([
    ['rejection', 'a promise without a handler'],
    ['callback', 'thrown in a callback'],
    ['exit', 'Runtime exited with error: exit status 3'],
  ])(
    '(%s) fails what the function was answering, names it, and discards the instance',
    async (fault, text) => {
      await ask('/healthy');
      await ask('/faulty');
      const startedMs = Date.now();
      const reply = await ask(`/faulty?fault=${fault}`);
      expect([reply.status, reply.body]).toEqual([502, BAD_REPLY]);
      expect(Date.now() - startedMs).toBeLessThan(AT_ONCE_MS);
      await untilPrinted(offline, 'the function faulty failed outside its handler');
      await untilPrinted(offline, text);
      expect((await ask('/faulty')).body).toBe('1');
      expect(Number((await ask('/healthy')).body)).toBeGreaterThan(1);
    },
  );

  it.each(['rejection', 'callback', 'exit'])(
    '(%s) after the reply discards the instance and nothing else',
    async (later) => {
      await ask('/healthy');
      expect((await ask(`/faulty?later=${later}`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await ask('/faulty')).body).toBe('1');
      expect(Number((await ask('/healthy')).body)).toBeGreaterThan(1);
    },
  );
});
