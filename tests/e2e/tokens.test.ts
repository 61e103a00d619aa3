import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangeForToken, readSessionCookie, signUpOrIn } from '../../local/sign-in/sign-in.ts';
import { bodyFor, findMarkedBody, PROTECTED_OPERATIONS } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import {
  encode,
  goodClaims,
  hmacSigner,
  type Json,
  makeKeyPair,
  mint,
  OTHER_SECRET,
  SECRET,
} from '../../support/tokens.ts';
import { type Client, makeClient } from './client.ts';

const START_TIMEOUT_MS = 60_000;
const NEWER_SECRET = 'the-newer-of-two-secrets-in-a-rotation-42';
const { path, kind, list, create, get, updates, remove, removeAll, textField } = EXAMPLE;
const READ = `${kind.plural}:read`;
const WRITE = `${kind.plural}:write`;
const BODY = findMarkedBody(create, 'Mine');
const PROTECTED = PROTECTED_OPERATIONS.map(({ operationId }) => operationId);
const ID = '01900000-0000-7000-8000-000000000000';
let stack: Stack;

const nowS = () => Math.floor(Date.now() / 1000);

/** Claims the API accepts, signed with the older of its secrets unless told otherwise. */
function sign(
  change: Json = {},
  { header = {}, secret = SECRET }: { header?: Json; secret?: string } = {},
): string {
  const iss = stack.authUrl;
  const times = { iat: nowS() - 5, exp: nowS() + 600 };
  return mint(hmacSigner(secret), { header, claims: goodClaims({ ...times, iss, aud: iss, ...change }) });
}

const as = (token: string): Client => makeClient(stack.apiUrl, `Bearer ${token}`);

beforeAll(async () => {
  stack = await startStack({
    env: { BETTER_AUTH_SECRETS: `2:${NEWER_SECRET},1:${SECRET}`, CLOCK_TOLERANCE_SECONDS: '0' },
  });
}, START_TIMEOUT_MS);

afterAll(() => stack?.stop());

describe('while secrets rotate', () => {
  it('the server signs with the newer one, and tokens of both are accepted', async () => {
    const fresh = await stack.token('ann@example.com');
    const [header = '', payload = '', signature] = fresh.split('.');
    expect(hmacSigner(NEWER_SECRET).sign(`${header}.${payload}`).toString('base64url')).toBe(signature);
    expect((await as(fresh)(list.operationId)).status).toBe(200);
    expect((await as(sign())(list.operationId)).status).toBe(200);
  });
});

/** Every one with a right signature where it has one at all, but for those that say so. */
const REFUSED: readonly [name: string, token: () => string | Promise<string>, code: string][] = [
  ['an expired token', () => sign({ exp: nowS() - 1 }), 'token_expired'],
  ['a token without expiry', () => sign({ exp: undefined }), 'missing_expiry'],
  ['another issuer', () => sign({ iss: 'https://issuer.example' }), 'wrong_issuer'],
  ['an issuer with a slash', () => sign({ iss: `${stack.authUrl}/` }), 'wrong_issuer'],
  ['another audience', () => sign({ aud: 'https://api.example' }), 'wrong_audience'],
  ['no user', () => sign({ sub: undefined, email: undefined }), 'missing_subject'],
  ['a user that is no text', () => sign({ sub: { id: 'ann' } }), 'invalid_subject'],
  [
    'an unknown critical header',
    () => sign({}, { header: { crit: ['exp'] } }),
    'unsupported_critical_header',
  ],
  ['an unencoded payload', () => sign({}, { header: { b64: false } }), 'unsupported_critical_header'],
  ['a logout token', () => sign({}, { header: { typ: 'logout+jwt' } }), 'wrong_token_type'],
  ['another secret', () => sign({}, { secret: OTHER_SECRET }), 'bad_signature'],
  [
    'another hash',
    () => mint(hmacSigner(SECRET, 'HS512'), { claims: goodClaims() }),
    'unsupported_algorithm',
  ],
  ['a key pair', () => mint(makeKeyPair('EdDSA'), { claims: goodClaims() }), 'unsupported_algorithm'],
  [
    'alg none',
    () => `${encode({ alg: 'none' })}.${encode(goodClaims())}.${encode('x')}`,
    'unsupported_algorithm',
  ],
  ['no signature', () => `${sign().split('.').slice(0, 2).join('.')}.`, 'malformed_token'],
  ['half a token', () => sign().slice(0, 60), 'not_a_jwt'],
  ['an e-mail link', () => mint(hmacSigner(), { claims: emailVerification() }), 'email_verification_token'],
  ['the session cookie of the server', sessionCookie, 'session_cookie_token'],
  ['the session token of the server', sessionToken, 'not_a_jwt'],
];

const emailVerification = () => JSON.stringify({ email: 'ann@example.com', iat: nowS(), exp: nowS() + 3600 });

async function sessionCookie(): Promise<string> {
  return readSessionCookie(await cookiesOfAnn());
}

async function sessionToken(): Promise<string> {
  const [, token = ''] = /better-auth\.session_token=([^.;%]+)/.exec(await cookiesOfAnn()) ?? [];
  expect(token).not.toBe('');
  return token;
}

const cookiesOfAnn = () => signUpOrIn(stack.authUrl, { email: 'ann@example.com', password: 'correct-horse' });

describe('a token the API does not accept', () => {
  it.each(REFUSED)('%s is 401 and says why, and getMe returns no user', async (_name, makeToken, code) => {
    const call = as(await makeToken());
    const { status, body, headers } = await call(list.operationId);
    expect({ status, code: body.code, challenge: headers.get('www-authenticate') }).toEqual({
      status: 401,
      code,
      challenge: expect.stringContaining('error="invalid_token"'),
    });
    expect((await call('getMe')).body).toEqual({ user: null });
  });
});

describe('a token that will be valid later', () => {
  it.each([
    ['nbf', () => sign({ nbf: nowS() + 60 })],
    ['iat', () => sign({ iat: nowS() + 60 })],
  ])(
    'is 401 for its %s, with the sentence of the gateway, which does not keep this answer',
    async (_name, token) => {
      const { status, body } = await as(token())(list.operationId);
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'missing_token' });
    },
  );

  it('is accepted when its time has come', async () => {
    const nbf = nowS() + 4;
    const call = as(sign({ nbf }));
    expect((await call(list.operationId)).status).toBe(401);
    await sleep(nbf * 1000 - Date.now());
    expect((await call(list.operationId)).status).toBe(200);
  });
});

describe.each(PROTECTED)('%s', (operationId) => {
  const options = () => ({
    id: ID,
    ...(bodyFor(operationId).body && { json: bodyFor(operationId).body }),
  });

  it('is 401 without a token', async () => {
    const { status, body, headers } = await makeClient(stack.apiUrl)(operationId, options());
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'missing_token' });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
  });

  it.each([
    ['another scheme', () => 'Basic YW5uOnNlY3JldA==', 'malformed_header'],
    ['no scheme', () => sign(), 'malformed_header'],
    ['an expired token', () => `Bearer ${sign({ exp: nowS() - 1 })}`, 'token_expired'],
    ['a forged token', () => `Bearer ${sign({}, { secret: OTHER_SECRET })}`, 'bad_signature'],
  ])('is 401 with %s', async (_name, authorization, code) => {
    const { status, body } = await makeClient(stack.apiUrl, authorization())(operationId, options());
    expect({ status, code: body.code }).toEqual({ status: 401, code });
  });
});

describe('a token that expires', () => {
  it('is refused from that second on, though the gateway still holds the answer of the authorizer', async () => {
    const exp = nowS() + 4;
    const token = sign({ exp });
    expect((await as(token)(list.operationId)).status).toBe(200);
    await sleep(exp * 1000 - Date.now());
    // Not through the client: API Gateway renames the WWW-Authenticate of a function, which openapi.yml promises.
    const reply = await fetch(`${stack.apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect({ status: reply.status, body: await reply.json() }).toMatchObject({
      status: 401,
      body: { status: 401, code: 'token_expired' },
    });
  });
});

describe('open routes', () => {
  it('answer without a token', async () => {
    const call = makeClient(stack.apiUrl);
    expect((await call('getHealth')).status).toBe(200);
    expect((await call('getMe')).body).toEqual({ user: null });
  });

  it('getMe knows who has a valid token', async () => {
    const token = await exchangeForToken(stack.authUrl, await cookiesOfAnn());
    expect((await as(token)('getMe')).body.user).toMatchObject({ email: 'ann@example.com' });
  });
});

describe('tokens of OAuth clients', () => {
  const client = { client_id: 'client-1', azp: 'client-1' };

  it('a client that may read deletes and changes nothing, whatever the cache of API Gateway holds', async () => {
    const sub = 'user-of-a-client';
    const user = as(sign({ sub }));
    const created = await user(create.operationId, { json: BODY });
    const id = created.body.id;
    const reader = as(sign({ ...client, sub, scope: `openid ${READ}` }));
    expect((await reader(list.operationId)).body).toHaveLength(1);
    expect((await reader(get.operationId, { id })).status).toBe(200);
    for (const [operation, options] of [
      ...(removeAll ? [[removeAll, { query: '?all=true' }] as const] : []),
      [remove, { id }],
      ...updates.map((update) => [update, { id, json: { [textField]: 'Not mine' } }] as const),
      [create, { json: BODY }],
    ] as const) {
      expect((await reader(operation.operationId, options)).body).toMatchObject({
        status: 403,
        code: 'insufficient_scope',
        scope: WRITE,
      });
    }
    expect((await user(list.operationId)).body).toEqual([created.body]);
  });

  it('a client that may write reads nothing, and one without scopes does nothing', async () => {
    const [writer, idle] = [WRITE, ''].map((scope) => as(sign({ ...client, scope })));
    expect((await writer?.(create.operationId, { json: BODY }))?.status).toBe(201);
    expect((await writer?.(list.operationId))?.body).toMatchObject({ status: 403, scope: READ });
    expect((await idle?.(list.operationId))?.body).toMatchObject({ code: 'insufficient_scope' });
    expect((await idle?.(create.operationId, { json: BODY }))?.body).toMatchObject({
      code: 'insufficient_scope',
    });
  });

  it.each([
    ['a client without a user', { ...client, sub: 'client-1', scope: WRITE }, 'client_as_subject'],
    ['a token bound to a key', { ...client, scope: WRITE, cnf: { jkt: 'x' } }, 'sender_constrained_token'],
    ['a scope that is a list', { ...client, scope: [WRITE] }, 'malformed_client'],
    ['an ID token', { at_hash: 'x', acr: '0' }, 'id_token'],
  ])('%s is refused', async (_name, claims, code) => {
    expect((await as(sign(claims))(create.operationId, { json: BODY })).body).toMatchObject({
      status: 401,
      code,
    });
  });
});

describe('the way of a client to a token (RFC 9728 §5)', () => {
  it.each([
    ['without a token', undefined, 'Bearer realm="todo"'],
    ['with a token that is refused', 'Bearer x', 'Bearer realm="todo", error="invalid_token"'],
  ])('begins with the 401 %s, which names the metadata', async (_name, authorization, start) => {
    const { status, headers } = await makeClient(stack.apiUrl, authorization)(list.operationId);
    const metadata = `${stack.apiUrl}/.well-known/oauth-protected-resource`;
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(`${start}, resource_metadata="${metadata}"`);
    expect(await (await fetch(metadata)).json()).toMatchObject({
      resource: stack.apiUrl,
      authorization_servers: [stack.authUrl],
    });
  });
});
