/**
 * A Better Auth server that is an OAuth 2.1 server too, on a free loopback port. It runs in a process of its own,
 * because the plugin asks for an older better-auth than the one the other suites use.
 *
 * Its arguments are the resource that this API is known as, and the scopes of the API. It prints one line of JSON when it listens, with a client of each kind.
 */
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins/jwt';

const SCOPES_OF_API = process.argv.slice(3);
const SCOPES = ['openid', 'profile', 'email', 'offline_access', ...SCOPES_OF_API];
const REDIRECT = 'https://client.example/callback';
const TABLES = [
  'user',
  'session',
  'account',
  'verification',
  'jwks',
  'oauthClient',
  'oauthResource',
  'oauthClientResource',
  'oauthRefreshToken',
  'oauthAccessToken',
  'oauthConsent',
  'oauthClientAssertion',
];

const [resource] = process.argv.slice(2);
const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const auth = betterAuth({
  baseURL: origin,
  secret: 'a secret of the conformance suite, long enough',
  database: memoryAdapter(Object.fromEntries(TABLES.map((table) => [table, []]))),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      scopes: SCOPES,
      resources: [resource],
      clientPrivileges: ({ user }) => user.email === 'admin@example.com',
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
  advanced: { useSecureCookies: false },
});
server.on('request', toNodeHandler(auth));

const { headers } = await auth.api.signUpEmail({
  body: { email: 'admin@example.com', password: 'correct horse battery staple', name: 'Admin' },
  returnHeaders: true,
});
const session = new Headers({
  cookie: headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; '),
});

const client = async (body) => {
  const created = await auth.api.adminCreateOAuthClient({
    body: { redirect_uris: [REDIRECT], scope: SCOPES.join(' '), ...body },
    headers: session,
  });
  // Without a resource Better Auth gives access tokens that are no JWTs.
  await auth.api.adminLinkClientResource({
    params: { identifier: resource, client_id: created.client_id },
    headers: session,
  });
  return { id: created.client_id, secret: created.client_secret };
};
const clients = {
  app: await client({ grant_types: ['authorization_code', 'refresh_token'] }),
  machine: await client({
    grant_types: ['client_credentials'],
    client_credentials_scopes: SCOPES_OF_API,
  }),
  bound: await client({
    grant_types: ['authorization_code', 'refresh_token'],
    dpop_bound_access_tokens: true,
  }),
};
console.log(JSON.stringify({ origin, clients, redirect: REDIRECT }));
