import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send, type WireRequest } from './client.ts';
import { type Offline, startOffline, untilPrinted } from './offline.ts';
import { authorizerOf, bearer } from './row.ts';

const SERVICE = join(import.meta.dirname, '../fixtures/behaviour');
const START_MS = 40_000;
const FLUSH = '/_offline-gateway/authorizer-cache';
let unique = 0;

/** A token no other test has used, so that no cached result answers for it. */
function fresh(kind: string): string {
  unique += 1;
  return `${kind}-${unique}`;
}

describe.each([
  ['worker threads', []],
  ['in process', ['--useInProcess']],
])('the authorizer result cache, %s', (_runner, args) => {
  let offline: Offline;
  beforeAll(async () => {
    offline = await startOffline({ service: SERVICE, args });
  }, START_MS);
  afterAll(() => offline?.stop());
  const ask = (path: string, request?: WireRequest) => send(offline.url, path, request);

  it('answers twenty requests at once over several routes with one call', async () => {
    const request = bearer(fresh('slow'));
    const routes = ['/a', '/b/1', '/b/2', '/a', '/b/3'];
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, at) => ask(routes[at % 5] ?? '/a', request)),
    );
    const calls = new Set(replies.map((reply) => authorizerOf(reply)['calls']));
    expect(calls.size).toBe(1);
  });

  it('keeps tokens apart', async () => {
    const [one, other] = [await ask('/a', bearer(fresh('x'))), await ask('/a', bearer(fresh('x')))];
    expect(authorizerOf(one)['calls']).not.toBe(authorizerOf(other)['calls']);
  });

  it('keeps a denial, with its context', async () => {
    const request = bearer(fresh('deny'));
    const replies = [await ask('/a', request), await ask('/b/1', request)];
    expect(replies.map((reply) => reply.status)).toEqual([401, 401]);
    expect(replies[1]?.json()).toMatchObject({ code: 'token_expired', detail: 'The token has expired.' });
  });

  it('keeps no failure', async () => {
    const request = bearer(fresh('throw'));
    const before = offline.output().split('issuer is away').length;
    await ask('/a', request);
    await ask('/a', request);
    const failures = () => offline.output().split('issuer is away').length;
    // In process, the line of the second failure can come after its reply.
    const deadline = Date.now() + 10_000;
    while (failures() < before + 2 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(failures()).toBeGreaterThan(before + 1);
  });

  it('is empty after a flush from loopback, which answers how many results went', async () => {
    const request = bearer(fresh('x'));
    const before = authorizerOf(await ask('/a', request))['calls'];
    const flushed = await ask(FLUSH, { method: 'DELETE' });
    expect(flushed.json()).toEqual({ flushed: expect.any(Number) });
    expect(authorizerOf(await ask('/a', request))['calls']).not.toBe(before);
    expect((await ask(FLUSH)).status).toBe(403);
  });

  it('is not used when the time to live is 0', async () => {
    const request = bearer(fresh('x'));
    const calls = [await ask('/uncached', request), await ask('/uncached', request)].map(
      (reply) => authorizerOf(reply)['calls'],
    );
    expect(calls[0]).not.toBe(calls[1]);
  });

  it('shows the bug of a policy for one method, and says its name once per route', async () => {
    const request = bearer(fresh('narrow'));
    expect((await ask('/a', request)).status).toBe(200);
    expect((await ask('/b/1', request)).status).toBe(401);
    expect((await ask('/b/1', request)).status).toBe(401);
    await untilPrinted(offline, 'CACHED NARROW POLICY: GET /b/1');
    expect(offline.output().match(/CACHED NARROW POLICY: GET \/b\/1/g)).toHaveLength(1);
    expect(offline.output()).not.toContain(request.headers?.[0]?.[1]);
  });
});

it('is switched off by SLS_OFFLINE_AUTH_CACHE=off', async () => {
  const offline = await startOffline({ service: SERVICE, env: { SLS_OFFLINE_AUTH_CACHE: 'off' } });
  try {
    const request = bearer(fresh('x'));
    const replies = [await send(offline.url, '/a', request), await send(offline.url, '/a', request)];
    expect(new Set(replies.map((reply) => authorizerOf(reply)['calls'])).size).toBe(2);
  } finally {
    await offline.stop();
  }
}, 40_000);
