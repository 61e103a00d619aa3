import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { send } from './client.ts';
import { type Offline, startOffline, untilPrinted } from './offline.ts';

/** The functions may take 20 s, after which a lost exception would be an answer too. */
const AT_ONCE_MS = 10_000;

jest.setTimeout(40_000);

let offline: Offline;
beforeAll(async () => {
  offline = await startOffline({ service: join(import.meta.dirname, '../fixtures/python') });
}, 60_000);
afterAll(() => offline?.stop());

async function ask(path: string, token?: string) {
  const startedMs = Date.now();
  const headers = token === undefined ? [] : [['Authorization', token] as const];
  const reply = await send(offline.url, path, { headers });
  return { ...reply, tookMs: Date.now() - startedMs };
}

describe('a Python function', () => {
  it('runs in its own environment', async () => {
    expect(await ask('/greet')).toMatchObject({ status: 200, body: 'hello' });
  });

  it('comes from the folder of the service, where Python has a module of the same name too', async () => {
    expect(await ask('/wave')).toMatchObject({ status: 200, body: 'waved' });
  });

  it('that raises is 502 at once, with its traceback on the console', async () => {
    const reply = await ask('/broken');
    expect(reply).toMatchObject({ status: 502, body: '{"message": "Internal server error"}' });
    expect(reply.tookMs).toBeLessThan(AT_ONCE_MS);
    await untilPrinted(offline, 'RuntimeError: the database is away');
    expect((await ask('/broken?fine')).status).toBe(200);
  });

  it('that cannot be loaded is 502 at once', async () => {
    const reply = await ask('/unloadable');
    expect(reply.status).toBe(502);
    expect(reply.tookMs).toBeLessThan(AT_ONCE_MS);
    await untilPrinted(offline, "No module named 'missing_module'");
  });
});

describe('a Python authorizer', () => {
  it('lets in', async () => {
    expect(await ask('/guarded', 'fine')).toMatchObject({ status: 200, body: 'hello' });
  });

  it('that raises Unauthorized is 401 at once', async () => {
    const reply = await ask('/guarded', 'unauthorized');
    expect(reply).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(reply.tookMs).toBeLessThan(AT_ONCE_MS);
  });

  it('that raises anything else is 500 at once', async () => {
    const reply = await ask('/guarded', 'broken');
    expect(reply).toMatchObject({ status: 500, body: '{"message":null}' });
    expect(reply.tookMs).toBeLessThan(AT_ONCE_MS);
  });
});
