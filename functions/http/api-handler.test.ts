import { describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ConfigError } from '../../common/env.ts';
import { type CallOptions, makeApi, type ProblemBody } from '../../support/api.ts';
import { apiEvent, EXTENDED_REQUEST_ID, identityOf } from '../../support/api-event.ts';
import {
  bodyFor,
  findExampleBody,
  PROTECTED_OPERATIONS,
  requireOperation,
} from '../../support/operations.ts';
import { createRecord, EXAMPLE, findResource } from '../../support/resources.ts';
import { NOW_S } from '../../support/tokens.ts';
import { apiHandler } from './api-handler.ts';
import type { ApiServices, Endpoint } from './endpoint.ts';
import { getHealthContract } from './generated/get-health.ts';

const { list, create, get, kind } = EXAMPLE;
const BODY = findExampleBody(create) as object;

/** Operations on records, and the scope that a client needs for each by the rule of the API, not by openapi.yml. */
const PROTECTED = PROTECTED_OPERATIONS.flatMap((operation) => {
  const plural = findResource(operation)?.kind.plural;
  return plural === undefined
    ? []
    : [{ ...operation, plural, right: operation.method === 'GET' ? 'read' : 'write' }];
});
const ID = '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50';

const problemOf = async (operationId: string, options: CallOptions, api = makeApi()) => {
  const one = requireOperation(operationId).pathParameters.length > 0 ? { id: ID } : {};
  const { status, headers, json } = await api.call<ProblemBody>(operationId, {
    ...one,
    ...bodyFor(operationId),
    ...options,
  });
  return { status, headers, code: json.code, json };
};

describe.each(PROTECTED)('$operationId', ({ operationId, plural, right }) => {
  const scopeNeeded = `${plural}:${right}`;

  it('answers 401 to a token that expired behind the cache of API Gateway, from the second of exp on', async () => {
    const caller = identityOf('ann', { expiresAt: NOW_S });
    const { status, code, headers, json } = await problemOf(operationId, { caller });
    expect({ status, code }).toEqual({ status: 401, code: 'token_expired' });
    expect(json.detail).toBe('The access token has expired. Ask /api/auth/token for a new one.');
    expect(headers['WWW-Authenticate']).toMatch(
      /^Bearer realm="todo", error="invalid_token", error_description="[^"]+"$/,
    );
  });

  it.each([
    ['is absent', undefined],
    ['has no user', { expiresAt: String(NOW_S + 60) }],
    ['has an empty user', { userId: '', expiresAt: String(NOW_S + 60) }],
    ['has no expiry', { userId: 'ann' }],
    ['has an expiry that is no number', { userId: 'ann', expiresAt: 'never' }],
  ])(
    'answers 500, never as an anonymous caller, when the authorizer context %s',
    async (_name, authorizer) => {
      const { status, code, json } = await problemOf(operationId, { authorizer });
      expect({ status, code }).toEqual({ status: 500, code: 'internal_error' });
      expect(json.detail).toBe('Something went wrong on our side.');
    },
  );

  it('answers 403 to an unverified address when addresses must be verified', async () => {
    const caller = identityOf('ann', { emailVerified: false });
    const strict = await problemOf(operationId, { caller }, makeApi({ requireVerifiedEmail: true }));
    expect({ status: strict.status, code: strict.code }).toEqual({ status: 403, code: 'email_not_verified' });
    expect((await problemOf(operationId, { caller })).status).not.toBe(403);
  });

  it('answers 403 with a sentence of its own when the token does not say whether the address is verified', async () => {
    const { emailVerified: _, ...caller } = identityOf('ann');
    const { status, code, json } = await problemOf(
      operationId,
      { caller },
      makeApi({ requireVerifiedEmail: true }),
    );
    expect({ status, code }).toEqual({ status: 403, code: 'email_verification_unknown' });
    expect(json.detail).toBe('The token does not say whether the e-mail address is verified.');
    expect((await problemOf(operationId, { caller })).status).not.toBe(403);
  });

  it.each([
    ['no scope', ''],
    ['the other scope', `${plural}:${right === 'read' ? 'write' : 'read'}`],
    ['every scope but the one', `openid email profile offline_access ${plural} ${plural}:* * read write`],
    ['a scope that goes on', `${scopeNeeded}:all ${scopeNeeded}s`],
    ['a scope that begins earlier', `x${scopeNeeded} all:${scopeNeeded}`],
    ['capitals', scopeNeeded.toUpperCase()],
    ['scopes separated by commas', `${plural}:read,${plural}:write`],
  ])('answers 403 insufficient_scope and names the scope to a client with %s', async (_name, scope) => {
    for (const client of [{ clientId: 'client-1', scope }, { scope }]) {
      const reply = await problemOf(operationId, { caller: identityOf('ann', client) });
      expect({ status: reply.status, code: reply.code }).toEqual({
        status: 403,
        code: 'insufficient_scope',
      });
      expect(reply.json).toMatchObject({ scope: scopeNeeded });
    }
  });

  it('answers 403 to a client whose scope was lost between authorizer and handler', async () => {
    const authorizer = { userId: 'ann', expiresAt: String(NOW_S + 60), clientId: 'client-1' };
    expect((await problemOf(operationId, { authorizer })).code).toBe('insufficient_scope');
  });

  it('lets a client with the scope in, wherever in the list it stands', async () => {
    for (const scope of [scopeNeeded, `a ${scopeNeeded} b`]) {
      const caller = identityOf('ann', { clientId: 'client-1', scope });
      expect([403, 500]).not.toContain((await problemOf(operationId, { caller })).status);
    }
  });

  it('tells a caller who may not call nothing about the rest of the request', async () => {
    const caller = identityOf('ann', { expiresAt: NOW_S - 1 });
    const wrong = { caller, body: '{', query: { limit: 'x', completed: 'x' }, headers: { 'If-Match': '?' } };
    expect((await problemOf(operationId, wrong)).status).toBe(401);
  });
});

describe('the body', () => {
  const LARGE = 'x'.repeat(65_536 - JSON.stringify({ text: '' }).length);
  it.each<[string, CallOptions, number, string]>([
    ['no body', { body: undefined }, 400, 'missing_body'],
    ['an empty body', { body: '' }, 400, 'missing_body'],
    ['text that is not JSON', { body: '{"title":' }, 400, 'malformed_json'],
    ['white space', { body: ' ' }, 400, 'malformed_json'],
    ['JSON with a comment', { body: `${JSON.stringify(BODY)} // b` }, 400, 'malformed_json'],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'title=a' },
      415,
      'unsupported_media_type',
    ],
    ['no content type', { headers: { 'content-type': '' } }, 415, 'unsupported_media_type'],
    [
      'another charset',
      { headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      'unsupported_media_type',
    ],
    [
      'JSON of another kind',
      { headers: { 'content-type': 'application/ld+json' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a merge patch on POST',
      { headers: { 'content-type': 'application/merge-patch+json' } },
      415,
      'unsupported_media_type',
    ],
    ...['gzip', 'deflate', 'br', 'identity, gzip', 'x'].map(
      (coding): [string, CallOptions, number, string] => [
        `the content coding ${coding}`,
        { headers: { 'content-encoding': coding } },
        415,
        'unsupported_content_encoding',
      ],
    ),
    ['65,537 bytes', { body: { text: `${LARGE}!` } }, 413, 'body_too_large'],
    ['too many bytes in few characters', { body: { text: '🐎'.repeat(16_400) } }, 413, 'body_too_large'],
    ['too many bytes behind base64', { body: 'x'.repeat(65_537), base64: true }, 413, 'body_too_large'],
    ['65,536 bytes, which are read', { body: { text: LARGE } }, 422, 'invalid_request'],
    ['very deep nesting', { body: '['.repeat(60_000) }, 400, 'malformed_json'],
    [
      'very deep nesting that ends',
      { body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` },
      422,
      'invalid_request',
    ],
  ])('is refused when it is %s', async (_name, options, status, code) => {
    const { json } = await makeApi().call<ProblemBody>(create.operationId, { body: BODY, ...options });
    expect({ status: json.status, code: json.code }).toEqual({ status, code });
  });

  it('is refused when it is not UTF-8', async () => {
    const { call } = makeApi();
    const event = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
    const { json } = await call<ProblemBody>(create.operationId, { body: event, raw64: true });
    expect(json.code).toBe('malformed_json');
  });

  it.each([
    ['a charset of UTF-8', { headers: { 'content-type': 'Application/JSON; charset="UTF-8"' } }],
    [
      'the charset as some clients write it',
      { headers: { 'content-type': 'application/json;charset=utf8' } },
    ],
    ['the content coding identity', { headers: { 'content-encoding': 'Identity' } }],
    ['base64', { base64: true }],
    ['a byte order mark', { body: `\ufeff${JSON.stringify(BODY)}` }],
  ])('is read with %s', async (_name, options) => {
    expect((await makeApi().call(create.operationId, { body: BODY, ...options })).status).toBe(201);
  });
});

describe('every reply', () => {
  it('lets browsers of any origin read it, without credentials', async () => {
    const { headers } = await makeApi().call('getHealth');
    expect(headers['Access-Control-Allow-Origin']).toBe('*');
    expect(headers['Access-Control-Expose-Headers']).toContain('ETag, Link, Location, Retry-After');
    expect(headers).not.toHaveProperty('Vary');
    expect(headers).not.toHaveProperty('Access-Control-Allow-Credentials');
  });

  it.each(['getHealth', 'getMe', list.operationId])(
    'names the one allowed origin and varies by it: %s',
    async (operationId) => {
      const { headers } = await makeApi({ corsAllowedOrigins: ['https://app.example.com'] }).call(
        operationId,
      );
      expect(headers['Access-Control-Allow-Origin']).toBe('https://app.example.com');
      expect(headers['Vary']).toMatch(/(^|, )Origin$/);
    },
  );

  it.each([
    ['https://a.example', 'https://a.example'],
    ['https://b.example', 'https://b.example'],
    ['https://B.example', 'https://a.example'],
    ['https://b.example.evil.test', 'https://a.example'],
    ['null', 'https://a.example'],
    [undefined, 'https://a.example'],
  ])('names the origin of the request where it is one of several: %s', async (asked, named) => {
    const api = makeApi({ corsAllowedOrigins: ['https://a.example', 'https://b.example'] });
    const headers = asked === undefined ? {} : { origin: asked };
    for (const operationId of ['getHealth', list.operationId]) {
      const reply = await api.call(operationId, { headers });
      expect(reply.headers['Access-Control-Allow-Origin']).toBe(named);
      expect(reply.headers['Vary']).toMatch(/(^|, )Origin$/);
    }
  });

  it.each(['getHealth', 'getOpenApi', 'getDocs'])(
    'has no content for HEAD and the headers of GET: %s',
    async (operationId) => {
      const api = makeApi();
      const got = await api.call(operationId);
      const head = await api.call(operationId, { method: 'HEAD' });
      expect({ status: head.status, headers: head.headers }).toEqual({ status: 200, headers: got.headers });
      expect(head.body).toBe('');
      expect(got.body).not.toBe('');
    },
  );

  it('has the same headers when it is an error', async () => {
    const api = makeApi({ corsAllowedOrigins: ['https://app.example.com'] });
    const { headers } = await api.call(get.operationId, { id: 'x' });
    expect(headers).toMatchObject({
      'Access-Control-Allow-Origin': 'https://app.example.com',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': expect.stringContaining('max-age='),
      'Content-Type': 'application/problem+json',
    });
  });

  it('names the request in an error, by the id that no client can choose', async () => {
    const { json } = await makeApi().call<ProblemBody>(get.operationId, { id: 'x' });
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: `${kind.name[0]?.toUpperCase()}${kind.name.slice(1)} not found`,
      code: `${kind.name}_not_found`,
      requestId: EXTENDED_REQUEST_ID,
    });
  });
});

describe('the log', () => {
  it('has one line per request, and nothing of what the caller sent or is', async () => {
    const api = makeApi();
    const caller = identityOf('ann', { email: 'ann@example.com', name: 'Ann Secret' });
    await api.call(create.operationId, {
      caller,
      body: { ...BODY, [EXAMPLE.textField]: 'private title' },
      headers: { Authorization: 'Bearer token' },
    });
    expect(api.logged()).toEqual([
      {
        level: 'info',
        message: 'request',
        requestId: EXTENDED_REQUEST_ID,
        operation: create.operationId,
        status: 201,
        ms: expect.any(Number),
        userHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
    expect(JSON.stringify(api.logged())).not.toMatch(/private|ann|Ann|Bearer/);
  });

  it('says which refusal it was', async () => {
    const api = makeApi();
    await api.call(get.operationId, { id: 'x' });
    expect(api.logged()).toMatchObject([{ level: 'info', status: 404, code: `${kind.name}_not_found` }]);
  });

  it('names an error of ours without its message, and the reply says nothing of it', async () => {
    const broken = Object.assign(new RangeError('password=hunter2'), { code: 'E_BROKEN' });
    const api = makeApi();
    const store = { ...api.services.store, find: () => Promise.reject(broken) };
    const failing = makeApi({ store });
    const { status, body } = await failing.call(get.operationId, { id: ID });
    expect(status).toBe(500);
    expect(failing.logged()).toMatchObject([
      {
        level: 'error',
        operation: get.operationId,
        status: 500,
        code: 'internal_error',
        error: 'RangeError',
        errorCode: 'E_BROKEN',
        frames: expect.stringMatching(/^\S* ?api-handler\.test\.ts:\d+:\d+( < |$)/),
      },
    ]);
    expect(body + JSON.stringify(failing.logged())).not.toContain('hunter2');
  });

  it('holds no token, secret, body or message of a fault whose message looks like a stack', async () => {
    const secrets = ['eyJhbGciOi.eyJzdWIi.c2ln', 'BETTER_AUTH_SECRET=hunter2', 'private title'];
    const broken = new Error(secrets.map((secret) => `${secret}\n    at ${secret} (/a.cjs:1:1)`).join('\n'));
    const store = { ...makeApi().services.store, find: () => Promise.reject(broken) };
    const failing = makeApi({ store });
    const { body } = await failing.call(get.operationId, { id: ID });
    const written = body + JSON.stringify(failing.logged());
    for (const secret of secrets) expect(written).not.toContain(secret);
    expect(written).not.toContain('a.cjs');
    expect(failing.logged()[0]).toHaveProperty('frames');
  });

  it('takes no error for one of ours that only has a code', async () => {
    const store = {
      ...makeApi().services.store,
      find: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOENT' })),
    };
    expect((await makeApi({ store }).call(get.operationId, { id: ID })).status).toBe(500);
  });
});

describe('a function that cannot start', () => {
  it('answers 500 on each request, says why in the log, and starts once it can', async () => {
    const printed = jest.spyOn(console, 'log').mockImplementation(() => {});
    let broken = true;
    const { services } = makeApi();
    const handler = apiHandler(
      getHealthContract,
      async () => ({ status: 200, body: {} }),
      () => {
        if (broken) throw new ConfigError('TASKS_TABLE must name a DynamoDB table.');
        return services;
      },
    );
    const event = apiEvent({ path: '/api/health' });
    const failed = await handler(event, {} as Context);
    expect(failed.statusCode).toBe(500);
    expect(failed.body).not.toContain('TASKS_TABLE');
    expect(printed.mock.calls.join()).toContain('"detail":"TASKS_TABLE must name a DynamoDB table."');
    printed.mockRestore();
    broken = false;
    expect((await handler(event, {} as Context)).statusCode).toBe(200);
  });

  it('does nothing before the first request', () => {
    const makeServices = () => {
      throw new Error('too early');
    };
    expect(() => apiHandler(getHealthContract, async () => ({ status: 200 }), makeServices)).not.toThrow();
  });
});

describe('Lambda running out of time', () => {
  it('is answered with 503 while there still is time to', async () => {
    const store = { ...makeApi().services.store, find: () => new Promise<never>(() => {}) };
    const { status, headers } = await makeApi({ store }).call(get.operationId, { id: ID, remainingMs: 300 });
    expect({ status, wait: headers['Retry-After'] }).toEqual({ status: 503, wait: '1' });
  });

  it('stops the work whose answer no client waits for any more', async () => {
    let signal: AbortSignal | undefined;
    const endpoint: Endpoint<'getHealth', ApiServices> = (request) => {
      signal = request.signal;
      return new Promise<never>(() => {});
    };
    const { services } = makeApi();
    const context = { getRemainingTimeInMillis: () => 300 } as Context;
    const answered = apiHandler(
      getHealthContract,
      endpoint,
      () => services,
    )(apiEvent({ path: '/api/health' }), context);
    await new Promise((started) => setTimeout(started, 10));
    expect(signal?.aborted).toBe(false);
    expect((await answered).statusCode).toBe(503);
    expect(signal?.aborted).toBe(true);
  });

  it('leaves a quick reply alone', async () => {
    const api = makeApi();
    const { id } = await createRecord(api, EXAMPLE);
    expect((await api.call(get.operationId, { id, remainingMs: 300 })).status).toBe(200);
  });
});
