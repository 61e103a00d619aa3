import { describe, expect, it } from '@jest/globals';
import { type ApiTestServices, makeApi, type ProblemBody } from '../../support/api.ts';
import { identityOf, NOW_MS } from '../../support/api-event.ts';
import { bodyFor } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { NOW_S } from '../../support/tokens.ts';
import type { CountedRequest, CountRequest } from '../domain/request-counter.ts';

const { list, create, get } = EXAMPLE;

/** Counts in memory, and keeps what it was asked. */
function memoryCounter() {
  const counts = new Map<string, number>();
  const asked: CountedRequest[] = [];
  const count: CountRequest = async (request) => {
    asked.push(request);
    const name = JSON.stringify([request.subject, request.windowStartS]);
    const used = (counts.get(name) ?? 0) + 1;
    if (used > request.limit) return undefined;
    counts.set(name, used);
    return used;
  };
  return { count, asked };
}

/** The API, 20 seconds into a minute. */
function limitedApi(perMinute: number, services: Partial<ApiTestServices> = {}) {
  const clock = { nowMs: NOW_MS - (NOW_MS % 60_000) - 40_000 };
  const { count, asked } = memoryCounter();
  const api = makeApi({ ...services, rateLimit: { perMinute, count }, now: () => clock.nowMs });
  return { ...api, asked, clock };
}

describe('the rate limit', () => {
  it('counts down with each request and says when the next window begins', async () => {
    const { call } = limitedApi(2);
    expect((await call(list.operationId)).headers).toMatchObject({
      'RateLimit-Policy': '"default";q=2;w=60',
      RateLimit: '"default";r=1;t=40',
    });
    expect((await call(list.operationId)).headers['RateLimit']).toBe('"default";r=0;t=40');
  });

  it('refuses what is too much with 429 and the time to wait', async () => {
    const { call } = limitedApi(1);
    await call(list.operationId);
    const { status, headers, json } = await call<ProblemBody>(list.operationId);
    expect({ status, code: json.code }).toEqual({ status: 429, code: 'too_many_requests' });
    expect(headers).toMatchObject({ 'Retry-After': '40', RateLimit: '"default";r=0;t=40' });
  });

  it('begins anew with the next minute', async () => {
    const { call, clock } = limitedApi(1);
    await call(list.operationId);
    clock.nowMs += 39_999;
    expect((await call(list.operationId)).headers['Retry-After']).toBe('1');
    clock.nowMs += 1;
    expect((await call(list.operationId)).status).toBe(200);
  });

  it('counts a user over all operations and addresses, and users apart', async () => {
    const { call } = limitedApi(2);
    await call(list.operationId, { sourceIp: '192.0.2.1' });
    await call(create.operationId, { ...bodyFor(create.operationId), sourceIp: '192.0.2.2' });
    expect((await call(get.operationId, { id: 'x', sourceIp: '192.0.2.3' })).status).toBe(429);
    expect((await call(list.operationId, { caller: 'bob', sourceIp: '192.0.2.1' })).status).toBe(200);
  });

  it('counts by address those who are not known and need not be', async () => {
    const { call } = limitedApi(1);
    await call('getMe', { sourceIp: '192.0.2.1' });
    expect((await call('getMe', { sourceIp: '192.0.2.1' })).status).toBe(429);
    expect((await call('getMe', { sourceIp: '192.0.2.2' })).status).toBe(200);
  });

  it('never locks a verified caller out because of others at the same address', async () => {
    const ann = identityOf('ann');
    const { call, asked } = limitedApi(1, {
      findCaller: async (authorization) => (authorization === 'Bearer ann' ? ann : undefined),
    });
    await call('getMe');
    expect((await call('getMe', { headers: { Authorization: 'Bearer forged' } })).status).toBe(429);
    const verified = { headers: { Authorization: 'Bearer ann' } };
    expect((await call('getMe', verified)).status).toBe(200);
    expect((await call('getMe', { ...verified, sourceIp: '192.0.2.2' })).status).toBe(429);
    expect(asked.map(({ subject }) => subject)).toEqual([
      { address: '192.0.2.1' },
      { address: '192.0.2.1' },
      { userId: 'ann' },
      { userId: 'ann' },
    ]);
  });

  it('never refuses to say that the service is up', async () => {
    const { call, asked } = limitedApi(1);
    for (let count = 0; count < 3; count++) expect((await call('getHealth')).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('counts a request that is refused for another reason, and says so', async () => {
    const { call } = limitedApi(2);
    const { status, headers } = await call(create.operationId, { body: '{' });
    expect({ status, left: headers['RateLimit'] }).toEqual({ status: 400, left: '"default";r=1;t=40' });
  });

  it('counts nothing for a token that has expired', async () => {
    const { call, asked } = limitedApi(1);
    await call(list.operationId, { caller: identityOf('ann', { expiresAt: NOW_S - 120 }) });
    expect(asked).toEqual([]);
  });

  it('stores when a count may be forgotten', async () => {
    const { call, asked, clock } = limitedApi(1);
    await call(list.operationId);
    const windowStartS = clock.nowMs / 1000 - 20;
    expect(asked).toEqual([
      { subject: { userId: 'ann' }, windowStartS, expiresAtS: windowStartS + 120, limit: 1 },
    ]);
  });

  it('is off unless it is set', async () => {
    const { headers } = await makeApi().call(list.operationId);
    expect(Object.keys(headers).filter((name) => /^RateLimit/.test(name))).toEqual([]);
  });
});
