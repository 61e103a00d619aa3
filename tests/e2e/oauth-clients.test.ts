import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../offline-gateway/conformance/free-ports.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import {
  authorizationCode,
  clientCredentials,
  signUp,
  type Tokens,
  type User,
} from '../conformance/oauth/client.ts';
import { INSTALL_MS, installProvider, startProvider } from '../conformance/oauth/provider.ts';
import { type Client, makeClient } from './client.ts';

const { kind, list, create, remove, textField } = EXAMPLE;
const READ = `${kind.plural}:read`;
const WRITE = `${kind.plural}:write`;
const bodyWith = (text: string) => ({ json: findMarkedBody(create, text) });

let stack: Stack;
let provider: Awaited<ReturnType<typeof startProvider>>;
let ann: User;
let apiUrl: string;

/** The API for tokens of the real plugin, set up as docs/clients.md says. */
beforeAll(async () => {
  await installProvider();
  const [port] = await freePorts(1);
  apiUrl = `http://localhost:${port}`;
  provider = await startProvider(apiUrl, [READ, WRITE]);
  const { origin } = provider;
  stack = await startStack({
    env: {
      API_PORT: String(port),
      BETTER_AUTH_URL: origin,
      BETTER_AUTH_JWKS_URL: `${origin}/api/auth/jwks`,
      JWT_ISSUER: `${origin}/api/auth,${origin}`,
      JWT_AUDIENCE: `${apiUrl},${origin}`,
    },
  });
  ann = await signUp(provider, 'ann@example.com');
}, INSTALL_MS + 60_000);
afterAll(async () => {
  await stack?.stop();
  await provider?.stop();
});

const as = (token: string): Client => makeClient(apiUrl, `Bearer ${token}`);

/** The user's own session, as a front end has it. */
async function sessionOfAnn(): Promise<Client> {
  const reply = await fetch(`${provider.origin}/api/auth/token`, { headers: { cookie: ann.cookie } });
  return as(((await reply.json()) as { token: string }).token);
}

/** A client that the user let in with these scopes. */
async function clientOfAnn(scope: string): Promise<Client> {
  const wish = { client: provider.clients.app, scope, resource: apiUrl };
  return as((await authorizationCode(provider, ann, wish)).access_token);
}

async function readJson<Body>(address: string): Promise<Body> {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`${address} answered ${reply.status}`);
  return (await reply.json()) as Body;
}

describe('a client that knows the address of the API alone', () => {
  it('finds the server that lets it in, and asks for one scope', async () => {
    const { status, headers } = await makeClient(apiUrl)(list.operationId);
    const [, address = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? [];
    expect(status).toBe(401);
    const metadata = await readJson<{
      resource: string;
      authorization_servers: string[];
      scopes_supported: string[];
    }>(address);
    expect(metadata.resource).toBe(apiUrl);
    expect(metadata.scopes_supported).toContain(READ);
    const [server = ''] = metadata.authorization_servers;
    const authorization = await readJson<Record<string, string>>(
      `${server}/.well-known/oauth-authorization-server`,
    );
    expect(authorization).toMatchObject({
      issuer: server,
      authorization_endpoint: `${provider.origin}/api/auth/oauth2/authorize`,
      token_endpoint: `${provider.origin}/api/auth/oauth2/token`,
    });
    const wish = { client: provider.clients.app, scope: READ, resource: metadata.resource };
    const { access_token } = await authorizationCode(provider, ann, wish);
    expect((await as(access_token)(list.operationId)).status).toBe(200);
  });
});

describe('a client that the user let in', () => {
  it('with the scope to read alone deletes nothing', async () => {
    const session = await sessionOfAnn();
    const created = await session(create.operationId, bodyWith('Keep me'));
    expect(created.status).toBe(201);
    const { id } = created.body;
    const { status, body } = await (await clientOfAnn(READ))(remove.operationId, { id });
    expect({ status, code: body.code, scope: body.scope }).toEqual({
      status: 403,
      code: 'insufficient_scope',
      scope: WRITE,
    });
    expect((await session(list.operationId)).body).toEqual([
      expect.objectContaining({ id, [textField]: 'Keep me' }),
    ]);
  });

  it.each([
    [READ, { list: 200, create: 403, remove: 403 }],
    [WRITE, { list: 403, create: 201, remove: 200 }],
    [`${READ} ${WRITE}`, { list: 200, create: 201, remove: 200 }],
    ['openid', { list: 403, create: 403, remove: 403 }],
  ])('with %s does what that says', async (scope, expected) => {
    const client = await clientOfAnn(scope);
    const { id } = (await (await sessionOfAnn())(create.operationId, bodyWith('To be deleted'))).body;
    const replies = {
      list: (await client(list.operationId)).status,
      create: (await client(create.operationId, bodyWith('Of a client'))).status,
      remove: (await client(remove.operationId, { id })).status,
    };
    expect(replies).toEqual(expected);
  });
});

describe('a token that is for no user, or not for a Bearer', () => {
  const scope = `${READ} ${WRITE}`;
  const clients = () => provider.clients;
  it.each<[name: string, issue: () => Promise<Tokens>, code: string]>([
    [
      'of client_credentials',
      () => clientCredentials(provider, { client: clients().machine, scope, resource: apiUrl }),
      'client_as_subject',
    ],
    [
      'bound to a key by DPoP',
      () =>
        authorizationCode(provider, ann, { client: clients().bound, scope, resource: apiUrl, dpop: true }),
      'sender_constrained_token',
    ],
    [
      'without a resource',
      () => authorizationCode(provider, ann, { client: clients().app, scope }),
      'not_a_jwt',
    ],
  ])('%s creates nothing', async (_name, issue, refusal) => {
    const call = as((await issue()).access_token);
    const { status, body } = await call(create.operationId, bodyWith('Of no one'));
    expect({ status, code: body.code }).toEqual({ status: 401, code: refusal });
  });
});
