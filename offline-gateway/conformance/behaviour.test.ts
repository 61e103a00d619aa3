import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send, type WireRequest } from './client.ts';
import { type Offline, startOffline, untilPrinted } from './offline.ts';
import { authorizerOf, bearer, eventOf } from './row.ts';

const SERVICE = join(import.meta.dirname, '../fixtures/behaviour');
const ORIGIN = ['Origin', 'https://app.page.test'] as const;

let offline: Offline;
beforeAll(async () => {
  offline = await startOffline({ service: SERVICE, env: { AUTHORIZER: '{"userId":"admin"}' } });
}, 40_000);
afterAll(() => offline?.stop());
const ask = (path: string, request?: WireRequest) => send(offline.url, path, request);

describe('gateway responses', () => {
  it('turn a denial into what serverless.yml says, with the authorizer’s context', async () => {
    const headers = [['Authorization', 'Bearer deny'], ORIGIN] as const;
    const reply = await ask('/b/7', { headers });
    expect(reply.status).toBe(401);
    expect(reply.header('Content-Type')).toEqual(['application/problem+json']);
    expect(reply.header('WWW-Authenticate')).toEqual(['Bearer realm="api", error="invalid_token"']);
    expect(reply.header('Access-Control-Allow-Origin')).toEqual([ORIGIN[1]]);
    expect(reply.header('x-amzn-ErrorType')).toEqual(['AccessDeniedException']);
    const [requestId] = reply.header('x-amzn-RequestId');
    const detail = 'The token has expired.';
    expect(reply.json()).toEqual({ code: 'token_expired', detail, instance: '/b/7', requestId });
  });

  it('fall back to DEFAULT_4XX with the built-in body, for a type without a resource of its own', async () => {
    const reply = await ask('/a');
    expect([reply.status, reply.body]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(reply.header('Access-Control-Allow-Origin')).toEqual(['*']);
    expect(reply.header('X-Region')).toEqual(['eu-central-1']);
    expect((await ask('/nowhere')).header('Access-Control-Allow-Origin')).toEqual(['*']);
  });

  it('do not fall back from a resource of their own, nor across classes', async () => {
    const reply = await ask('/a', bearer('throw'));
    expect([reply.status, reply.body]).toEqual([503, '{"message":null}']);
    expect(reply.header('Retry-After')).toEqual(['5']);
    expect(reply.header('Access-Control-Allow-Origin')).toEqual([]);
  });

  it('report a body that an inserted value has made invalid JSON', async () => {
    const reply = await ask('/a', bearer('deny-quote'));
    expect(reply.body).toContain('"detail":"expired: "yesterday""');
    await untilPrinted(offline, 'the gateway response ACCESS_DENIED is not valid JSON');
  });
});

describe('CORS', () => {
  it('answers a listed origin with itself and any other with the first of the list', async () => {
    const listed = await ask('/a', { method: 'OPTIONS', headers: [ORIGIN] });
    expect(listed.header('Access-Control-Allow-Origin')).toEqual(['https://app.page.test']);
    const other = await ask('/a', { method: 'OPTIONS', headers: [['Origin', 'https://evil.test']] });
    expect(other.header('Access-Control-Allow-Origin')).toEqual(['https://page.test']);
  });

  it('merges the methods of a path, and adds credentials and max age when asked to', async () => {
    const reply = await ask('/a', { method: 'OPTIONS', headers: [ORIGIN] });
    expect(reply.header('Access-Control-Allow-Methods')).toEqual(['OPTIONS,PUT,GET']);
    expect(reply.header('Access-Control-Allow-Headers')).toEqual(['Authorization,Content-Type']);
    expect(reply.header('Access-Control-Allow-Credentials')).toEqual(['true']);
    expect(reply.header('Access-Control-Max-Age')).toEqual(['600']);
  });
});

describe('a REQUEST authorizer', () => {
  it('is asked with the whole request, and keyed by all of its sources', async () => {
    const both = await ask('/by-request?token=x', { headers: [['x-tenant', 'one']] });
    expect(authorizerOf(both)['type']).toBe('REQUEST');
    const again = await ask('/by-request?token=x', { headers: [['X-Tenant', 'one']] });
    expect(authorizerOf(again)['calls']).toBe(authorizerOf(both)['calls']);
    const other = await ask('/by-request?token=x', { headers: [['X-Tenant', 'two']] });
    expect(authorizerOf(other)['calls']).not.toBe(authorizerOf(both)['calls']);
  });

  it('is not asked when one of its sources is missing', async () => {
    expect((await ask('/by-request?token=x')).status).toBe(401);
    expect((await ask('/by-request', { headers: [['X-Tenant', 'one']] })).status).toBe(401);
  });
});

describe('bodies', () => {
  it('are base64 for a binary media type and text for any other', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0xff]);
    const post = (type: string) =>
      ask('/upload', { method: 'POST', headers: [['Content-Type', type]], body: bytes });
    expect(eventOf(await post('image/png'))).toMatchObject({ body: 'iVD/', isBase64Encoded: true });
    expect(eventOf(await post('text/plain'))).toMatchObject({ isBase64Encoded: false });
  });

  it('are decoded only for a client that accepts the binary type first', async () => {
    const decoded = await ask('/image', { headers: [['Accept', 'image/png, */*']] });
    expect(decoded.header('Content-Length')).toEqual(['4']);
    expect((await ask('/image', { headers: [['Accept', 'text/html, image/png']] })).body).toBe('iVD/AA==');
    expect((await ask('/image')).body).toBe('iVD/AA==');
  });

  it('are compressed from the size on that the API names, for a client that asks for it', async () => {
    const asking = { headers: [['Accept-Encoding', 'gzip, br']] } as const;
    expect((await ask('/uploaded', asking)).header('Content-Encoding')).toEqual(['gzip']);
    expect((await ask('/uploaded')).header('Content-Encoding')).toEqual([]);
    expect((await ask('/image', asking)).header('Content-Encoding')).toEqual([]);
  });

  it('that are broken base64 are 500 for a client that accepts the binary type', async () => {
    const broken = await ask('/broken-image', { headers: [['Accept', 'image/png']] });
    expect([broken.status, broken.body]).toEqual([500, '{"message": "Internal server error"}']);
    expect((await ask('/broken-image')).status).toBe(200);
  });

  it('above Lambda’s 6 MB are 413', async () => {
    const reply = await ask('/upload', { method: 'POST', body: Buffer.alloc(7 * 1024 * 1024, 'x') });
    expect([reply.status, reply.body]).toEqual([413, '{"message":"Request Too Long"}']);
  });
});

describe('X-Amzn-Trace-Id', () => {
  const traceOf = async (path: string, trace?: string, method = 'GET') => {
    const headers = trace === undefined ? [] : ([['x-amzn-trace-id', trace]] as const);
    return (await ask(path, { method, headers })).header('X-Amzn-Trace-Id');
  };
  const ROOT = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8';

  it('is on a proxy reply, with what the client sent and a parent made up when it is missing', async () => {
    const whole = `${ROOT};Parent=7fa8c0f79203be72;Sampled=1`;
    expect(await traceOf('/image', whole)).toEqual([whole]);
    expect(await traceOf('/image', ROOT)).toEqual([
      expect.stringMatching(new RegExp(`^${ROOT};Parent=[0-9a-f]{16};Sampled=0$`)),
    ]);
    expect(await traceOf('/image')).toEqual([
      expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=/),
    ]);
  });

  it('is neither on a MOCK reply nor on an error', async () => {
    expect(await traceOf('/a', ROOT, 'OPTIONS')).toEqual([]);
    expect(await traceOf('/nowhere', ROOT)).toEqual([]);
  });
});

it('timeoutInMillis of an event ends its requests with 504, and the console says so', async () => {
  const reply = await ask('/slow');
  expect([reply.status, reply.body]).toEqual([504, '{"message": "Endpoint request timed out"}']);
  await untilPrinted(offline, 'took longer than the 300 ms that API Gateway waits');
});

describe('routes that stay with serverless-offline', () => {
  it('are those of non-proxy integrations', async () => {
    const reply = await ask('/lambda', {
      method: 'POST',
      headers: [['Content-Type', 'application/json']],
      body: '{}',
    });
    expect(reply.status).toBe(200);
    expect(reply.header('x-amz-apigw-id')).toEqual([]);
  });

  it('are those of httpApi events, where no client can forge an authorizer either', async () => {
    const headers = [['sls-offline-authorizer-override', '{"userId":"admin"}']] as const;
    const reply = await ask('/http-api', { headers });
    expect(reply.json()).toMatchObject({ version: '2.0' });
    expect(reply.body).not.toContain('admin');
  });
});
