import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type {
  APIGatewayProxyEvent,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerHandler,
} from 'aws-lambda';
import { toAuthorizerContext } from '../common/identity.ts';
import { keysEnv, METHOD_ARN, SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import { fakeIssuer } from '../support/issuer.ts';
import { recordLines } from '../support/logs.ts';
import {
  bearer,
  hmacSigner,
  ISSUER,
  type Json,
  makeKeyPair,
  mint,
  NOW_MS,
  NOW_S,
  now,
} from '../support/tokens.ts';
import {
  type CallerMiddleware,
  makeFindCaller,
  makeHttpApiAuthorizer,
  makeRestAuthorizer,
  readCaller,
  requireCaller,
} from './index.ts';

const { log } = recordLines();
const options = { env: SECRET_ENV, log, now };
const issued = (claims: Json = {}) => bearer(mint(hmacSigner(), { claims }));
const issuerDown = {
  env: { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/api/auth/jwks` },
  log,
  now,
  fetch: fakeIssuer(() => 500).fetch,
};
const unverifiable = bearer(mint(makeKeyPair('EdDSA')));

const requestEvent = (
  headers: Record<string, string | undefined> | null,
  multiValueHeaders: Record<string, string[]> | null = null,
) =>
  ({
    type: 'REQUEST',
    methodArn: METHOD_ARN,
    headers,
    multiValueHeaders,
  }) as APIGatewayRequestAuthorizerEvent;

const httpEvent = (authorization?: string) =>
  ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: METHOD_ARN,
    headers: { ...(authorization && { authorization }) },
  }) as unknown as APIGatewayRequestAuthorizerEventV2;

const effectOf = (result: { policyDocument: { Statement: { Effect: string }[] } }) =>
  result.policyDocument.Statement.map(({ Effect }) => Effect);

describe('makeRestAuthorizer', () => {
  const authorize = makeRestAuthorizer(options);

  it('is a handler as @types/aws-lambda has it', async () => {
    const handler: APIGatewayTokenAuthorizerHandler = (event) => authorize(event);
    expect(handler).toBeDefined();
  });

  it('answers a TOKEN event', async () => {
    expect(await authorize(tokenEvent(issued()))).toMatchObject({ principalId: 'user-1' });
  });

  it.each([
    ['headers', requestEvent({ authorization: issued() })],
    ['headers in another case', requestEvent({ AUTHORIZATION: issued() })],
    ['headers with one value each', requestEvent({}, { Authorization: [issued()] })],
    ['headers among others', requestEvent({ Accept: '*/*', authorization: issued(), 'X-Token': 'other' })],
  ])('answers a REQUEST event by its %s', async (_name, event) => {
    expect(effectOf(await authorize(event))).toEqual(['Allow']);
  });

  it.each([
    ['no header', requestEvent({}), 'missing_token'],
    ['no headers at all', requestEvent(null), 'missing_token'],
    ['a header without a value', requestEvent({ Authorization: undefined }), 'missing_token'],
    ['the token in another header', requestEvent({ 'X-Authorization': issued() }), 'missing_token'],
    [
      'a token in two halves',
      requestEvent(null, { Authorization: ['Bearer ', issued().slice(7)] }),
      'malformed_header',
    ],
    ['two headers', requestEvent(null, { Authorization: [issued(), issued()] }), 'malformed_header'],
    [
      'two headers in different case',
      requestEvent({ Authorization: issued(), authorization: issued() }),
      'malformed_header',
    ],
    ['an expired token', requestEvent({ Authorization: issued({ exp: NOW_S }) }), 'token_expired'],
  ])('denies a REQUEST event with %s and says why', async (_name, event, code) => {
    const result = await authorize(event);
    expect(effectOf(result)).toEqual(['Deny']);
    expect(result.context).toMatchObject({ code });
  });

  it('does not take a token from another place of a REQUEST event', async () => {
    const event = { ...requestEvent({}), authorizationToken: issued() };
    expect(effectOf(await authorize(event))).toEqual(['Deny']);
  });

  it('starts with no settings by naming the variables', () => {
    expect(() => makeRestAuthorizer({ env: {} })).toThrow('BETTER_AUTH_SECRET');
  });
});

describe.each([
  ['makeRestAuthorizer', makeRestAuthorizer],
  ['makeHttpApiAuthorizer', makeHttpApiAuthorizer],
])('%s in JWKS mode', (_name, make) => {
  it('asks for the key set while the function starts, by the fetch that it is given', async () => {
    const issuer = fakeIssuer(() => 500);
    make({ ...issuerDown, fetch: issuer.fetch });
    // Code that every token needs is loaded at once, and asks when it is there.
    await import('./key-set.ts').then(() => setImmediate());
    expect(issuer.fetches).toBe(1);
  });
});

describe('makeHttpApiAuthorizer', () => {
  const authorize = makeHttpApiAuthorizer(options);

  it('lets a valid token in, with who it is', async () => {
    const { isAuthorized, context } = await authorize(httpEvent(issued()));
    expect(isAuthorized).toBe(true);
    expect(context).toMatchObject({ userId: 'user-1', expiresAt: String(NOW_S + 840) });
  });

  it.each([
    ['no token', httpEvent()],
    ['an expired token', httpEvent(issued({ exp: NOW_S }))],
    ['a token that is not valid yet', httpEvent(issued({ nbf: NOW_S + 60 }))],
    ['an event without headers', { ...httpEvent(issued()), headers: undefined }],
    ['no event', {} as never],
  ])('refuses %s', async (_name, event) => {
    expect(await authorize(event)).toStrictEqual({ isAuthorized: false });
  });

  it('writes the verdict and its reason to the log', async () => {
    const { log: lines, entries } = recordLines();
    const logged = makeHttpApiAuthorizer({ ...options, log: lines });
    await logged(httpEvent(issued({ exp: NOW_S })));
    await logged(httpEvent(issued()));
    expect(entries()).toEqual([
      { level: 'info', message: 'authentication refused', code: 'token_expired' },
      { level: 'info', message: 'authentication allowed' },
    ]);
  });

  it('throws while the keys cannot be reached, because a refusal would sign users out', async () => {
    const { log: lines, entries } = recordLines();
    const down = makeHttpApiAuthorizer({ ...issuerDown, log: lines });
    await expect(down(httpEvent(unverifiable))).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(entries()).toContainEqual({
      level: 'error',
      message: 'authentication unavailable',
      code: 'keys_unavailable',
    });
  });

  it('throws a fault of ours without its message', async () => {
    const broken = makeHttpApiAuthorizer({
      ...options,
      now: () => {
        throw new Error('secret');
      },
    });
    await expect(broken(httpEvent(issued()))).rejects.toThrow('the authorizer failed: Error');
  });
});

const identity = { userId: 'ann', expiresAt: NOW_S + 60 };
const client = { ...identity, clientId: 'agent', scope: 'notes:read' };
const restEvent = (authorizer: unknown) => ({ requestContext: { authorizer } });
const httpApiEvent = (lambda: unknown) => ({ requestContext: { authorizer: { lambda } } });

describe.each([
  ['a REST API', restEvent],
  ['an HTTP API', httpApiEvent],
])('readCaller behind %s', (_name, behind) => {
  const eventOf = (caller: typeof identity) => behind(toAuthorizerContext(caller));

  it('reads who the authorizer says is calling', () => {
    expect(readCaller(eventOf(client), { now })).toStrictEqual(client);
  });

  it('takes the clock of the machine unless given another', () => {
    expect(() => readCaller(eventOf({ ...identity, expiresAt: 1 }))).toThrow('expired');
    expect(readCaller(eventOf({ ...identity, expiresAt: Math.ceil(Date.now() / 1000) + 60 })).userId).toBe(
      'ann',
    );
  });

  it('refuses a token that expired in the cache', () => {
    const options = { now: () => NOW_MS + 60_000 };
    expect(() => readCaller(eventOf(identity), options)).toThrow(
      expect.objectContaining({ code: 'token_expired' }),
    );
  });

  it.each([
    ['a user without scopes', identity, 'notes:write', undefined],
    ['a client with the scope', client, 'notes:read', undefined],
    ['a client with another scope', client, 'notes:write', 'insufficient_scope'],
    ['a client with a longer scope', client, 'notes:rea', 'insufficient_scope'],
    ['a client whose scope was lost', { ...client, scope: undefined }, 'notes:read', 'insufficient_scope'],
    ['a client without scopes', { ...client, scope: '' }, 'notes:read', 'insufficient_scope'],
  ])('holds %s to the scope', (_case, caller, scope, code) => {
    const read = () => readCaller(eventOf(caller), { now, scope });
    if (code === undefined) expect(read()).toEqual(caller);
    else expect(read).toThrow(expect.objectContaining({ code, kind: 'forbidden', scope }));
  });
});

it.each([
  ['no authorizer', {}],
  ['an authorizer of another kind', { jwt: { claims: { sub: 'ann' } } }],
  ['an authorizer of HTTP APIs that says nothing', { lambda: null }],
])('readCaller throws for a route with %s', (_name, authorizer) => {
  expect(() => readCaller(restEvent(authorizer))).toThrow(TypeError);
});

describe('makeFindCaller', () => {
  it('finds the caller of a valid token, and none without one', async () => {
    const findCaller = makeFindCaller(options);
    expect(await findCaller(issued())).toMatchObject({ userId: 'user-1' });
    expect(await findCaller(undefined)).toBeUndefined();
    expect(await findCaller('Bearer opaque')).toBeUndefined();
    expect(await findCaller(issued({ exp: NOW_S }))).toBeUndefined();
  });

  it('does not say that there is none while the keys cannot be reached', async () => {
    await expect(makeFindCaller(issuerDown)(unverifiable)).rejects.toMatchObject({
      code: 'keys_unavailable',
    });
  });

  it('asks the issuer only when a token needs it', async () => {
    let asked = 0;
    const fetch = (async () => {
      asked += 1;
      return new Response(null, { status: 500 });
    }) as typeof globalThis.fetch;
    makeFindCaller({ ...issuerDown, fetch });
    expect(asked).toBe(0);
  });
});

type Middleware = CallerMiddleware<APIGatewayProxyEvent, { caller: never }>;

describe('requireCaller', () => {
  async function pass(middleware: Middleware, event: object) {
    const request = { event: event as APIGatewayProxyEvent & { caller: never } };
    const reply = await middleware.before(request);
    return { caller: request.event.caller, reply, body: reply && JSON.parse(reply.body) };
  }
  const eventOf = (caller: typeof identity) => restEvent(toAuthorizerContext(caller));

  it('adds the caller to the event and answers nothing', async () => {
    expect(await pass(requireCaller({ now }), eventOf(client))).toEqual({ caller: client });
  });

  it('answers 401 for a token that expired in the cache', async () => {
    const { reply, body, caller } = await pass(
      requireCaller({ now: () => NOW_MS + 60_000 }),
      eventOf(identity),
    );
    expect(caller).toBeUndefined();
    expect(body).toMatchObject({ type: 'about:blank', status: 401, code: 'token_expired' });
    expect(reply).toMatchObject({
      statusCode: 401,
      headers: {
        'Content-Type': 'application/problem+json',
        'WWW-Authenticate': `Bearer error="invalid_token", error_description="${body.detail}"`,
      },
    });
  });

  it('answers 403 for a client without the scope, and names it', async () => {
    const { reply, body } = await pass(requireCaller({ now, scope: 'notes:write' }), eventOf(client));
    expect(body).toMatchObject({ status: 403, code: 'insufficient_scope', scope: 'notes:write' });
    expect(reply).toMatchObject({
      statusCode: 403,
      headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="notes:write"' },
    });
  });

  it.each([
    [
      'an error that the product does not know',
      Object.assign(new Error('clock'), { kind: 'unauthenticated' }),
    ],
    ['an error without a reply here', Object.assign(new Error('clock'), { kind: 'conflict', code: 'x' })],
  ])('lets %s go on', async (_name, error) => {
    const broken = requireCaller({
      now: () => {
        throw error;
      },
    });
    await expect(pass(broken, eventOf(identity))).rejects.toBe(error);
  });

  it('throws for a route without an authorizer', async () => {
    await expect(pass(requireCaller(), restEvent(undefined))).rejects.toThrow(TypeError);
  });

  describe('with an optional caller', () => {
    const optional = (more: object = {}) =>
      requireCaller({ ...options, optional: true, ...more }) as Middleware;
    const asked = (Authorization?: string) => ({ headers: { Authorization }, requestContext: {} });

    it('verifies the token itself', async () => {
      expect(await pass(optional(), asked(issued()))).toMatchObject({ caller: { userId: 'user-1' } });
    });

    it.each([
      ['no token', undefined],
      ['a forged one', bearer(mint(hmacSigner('x'.repeat(40))))],
      ['an expired one', issued({ exp: NOW_S })],
    ])('lets a request with %s in, without a caller', async (_name, header) => {
      const event = asked(header);
      expect(await pass(optional(), event)).toEqual({ caller: undefined });
      expect(event).toHaveProperty('caller', undefined);
      expect(await pass(optional({ scope: 'notes:read' }), asked(header))).toEqual({ caller: undefined });
    });

    it('still holds a client to the scope', async () => {
      const header = issued({ client_id: 'agent', scope: 'notes:read' });
      expect((await pass(optional({ scope: 'notes:write' }), asked(header))).body).toMatchObject({
        status: 403,
      });
      expect((await pass(optional({ scope: 'notes:read' }), asked(header))).caller).toBeDefined();
      expect((await pass(optional(), asked(header))).caller).toBeDefined();
    });

    it('answers 503 while the keys cannot be reached', async () => {
      const { reply } = await pass(
        requireCaller({ ...issuerDown, optional: true }) as Middleware,
        asked(unverifiable),
      );
      expect(reply).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '1' } });
      expect(reply?.headers).not.toHaveProperty('WWW-Authenticate');
    });
  });
});

it('takes keys as well as a secret', async () => {
  const pair = makeKeyPair('EdDSA');
  const findCaller = makeFindCaller({ ...options, env: keysEnv(pair) });
  expect(await findCaller(bearer(mint(pair)))).toMatchObject({ userId: 'user-1' });
});
