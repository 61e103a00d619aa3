import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { isAPIError } from 'better-auth/api';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins/jwt';
import type { LocalIssuer } from '../settings/local-settings.ts';
import { guardPort } from '../settings/port-guard.ts';
import { listenOn, type PortClaim } from '../settings/ports.ts';
import { type WholeRequest, withWholeRequest } from '../settings/whole-request.ts';
import { DEMO_USER, userIdOf } from './demo-user.ts';
import { sharedSecretJwt } from './shared-secret-jwt.ts';

export interface BetterAuthServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A front end under development, on any port. */
const LOCAL_ORIGINS = [
  'http://localhost',
  'http://localhost:*',
  'http://127.0.0.1:*',
  'https://localhost:*',
  'http://[::1]:*',
];
/** Methods that Better Auth may be asked with. The fetch standard, which it is built on, knows no TRACE. */
const METHODS: readonly unknown[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const MAXIMUM_BODY_BYTES = 1024 * 1024;

/** A real Better Auth server for development and tests: users in memory, e-mail and password, no mail, no telemetry. */
export async function startBetterAuthServer(
  claim: PortClaim,
  issuer: LocalIssuer,
): Promise<BetterAuthServer> {
  const handle = withCors(toNodeHandler(createBetterAuth(issuer)));
  const server = createServer(withWholeRequest({ maximumBytes: MAXIMUM_BODY_BYTES, prepare }, handle));
  guardPort(server, { localPages: 'allowed' });
  const port = await listenOn(server, claim);
  return {
    url: `http://localhost:${port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** No proxy is in front of this server, so the headers of a proxy are ignored. */
function prepare({ headers, body }: WholeRequest): WholeRequest {
  const { 'x-forwarded-proto': _proto, 'x-forwarded-host': _host, ...own } = headers;
  return { headers: own, body };
}

function createBetterAuth(issuer: LocalIssuer) {
  return betterAuth({
    appName: 'Local sign-in',
    baseURL: new URL(issuer.baseUrl).origin,
    basePath: '/api/auth',
    secrets: [{ version: 1, value: issuer.secret }],
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    // The signed cookie that `npm run token -- --session-cookie` shows is no access token.
    session: { cookieCache: { enabled: true, strategy: 'jwt' } },
    plugins: [jwtPlugin(issuer)],
    databaseHooks: {
      user: { create: { before: async (user) => ({ data: { ...user, ...localUser(user.email) } }) } },
    },
    trustedOrigins: LOCAL_ORIGINS,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    onAPIError: { onError: report },
    advanced: { useSecureCookies: false, disableOriginCheck: false },
  });
}

/** Only the address of the demo user counts as verified, so that REQUIRE_VERIFIED_EMAIL can be tried both ways. */
function localUser(email: string) {
  return { id: userIdOf(email), emailVerified: email === DEMO_USER.email };
}

/** Only the caller learns that a sign-in was refused; nothing is logged. */
function report(error: unknown): void {
  if (!isAPIError(error)) console.error('Better Auth:', error);
}

function jwtPlugin({ signing, secret, baseUrl, issuer, audience, tokenLifetimeS }: LocalIssuer) {
  const claims = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(tokenLifetimeS !== undefined && { expirationTime: `${tokenLifetimeS}s` }),
  };
  if (signing === 'HS256' || signing === 'HS384' || signing === 'HS512') {
    return sharedSecretJwt({ secret, algorithm: signing, baseUrl, claims });
  }
  return jwt({ jwks: { keyPairConfig: { alg: signing } }, jwt: claims });
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Better Auth answers no preflight by itself. Requests from pages of other machines were refused before. */
function withCors(handle: Handle): Handle {
  return async (request, response) => {
    const { origin } = request.headers;
    if (origin !== undefined) allow(origin, request, response);
    if (!METHODS.includes(request.method)) return void response.writeHead(405).end();
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.url === '/')
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end(WELCOME);
    await handle(request, response);
  };
}

const WELCOME = 'Better Auth for local development. Its endpoints are below /api/auth.\n';

function allow(origin: string, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Expose-Headers', 'set-auth-jwt');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader(
    'Access-Control-Allow-Headers',
    request.headers['access-control-request-headers'] ?? 'content-type',
  );
  response.setHeader('Vary', 'Origin');
}
