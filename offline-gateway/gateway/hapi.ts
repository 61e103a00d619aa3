import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Handle } from './gateway.ts';

/** What is used of hapi, all of it documented: two extension points, the route table, its own matching and its server. */
interface HapiServer {
  readonly listener: Server;
  ext(event: 'onRequest', method: (request: HapiRequest, toolkit: HapiToolkit) => Promise<symbol>): void;
  ext(event: 'onPreStart', method: () => void): void;
  table(): readonly HapiRoute[];
  match(method: string, path: string): HapiRoute | null;
}

interface HapiRoute {
  readonly method: string;
  readonly path: string;
  readonly settings: { readonly auth?: { readonly strategies?: readonly string[] } | false };
}

interface HapiRequest {
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse };
}

interface HapiToolkit {
  readonly abandon: symbol;
  readonly continue: symbol;
  authenticated(data: { readonly credentials: object }): unknown;
}

/** What serverless-offline's `customAuthenticationProvider` has to return. Names are used once in a server. */
interface Strategy {
  readonly name: string;
  readonly scheme: string;
  readonly getAuthenticateFunction: (server: HapiServer) => {
    readonly authenticate: (request: HapiRequest, toolkit: HapiToolkit) => unknown;
  };
}

/** serverless-offline's function of the same name, called for every http and httpApi event. */
export type Provider = (endpoint: Endpoint, functionKey: string, method: string, path: string) => Strategy;

interface Endpoint {
  readonly isHttpApi?: boolean;
  readonly integration?: string;
}

const GUARDED = 'offline-gateway-guarded-';
const OVERRIDE = 'sls-offline-authorizer-override';

/**
 * GW-1001, GW-1002: the strategies carry no decision. In their scheme function serverless-offline hands over the hapi server.
 * The proxy methods are answered in `onRequest`, before hapi's own routing, cookies, CORS and payload rules. A guarded route
 * that hapi reaches in spite of this is refused, so it is never open.
 *
 * @param beforeStart runs once every route exists.
 */
export function makeProvider(handle: Handle, beforeStart: () => void): Provider {
  let count = 0;
  return (endpoint) => {
    count += 1;
    const isGuarded = !endpoint.isHttpApi && endpoint.integration === 'AWS_PROXY';
    const name = `${isGuarded ? GUARDED : 'offline-gateway-open-'}${count}`;
    const isFirst = count === 1;
    return {
      name,
      scheme: name,
      getAuthenticateFunction(server) {
        if (isFirst) install(server, handle, beforeStart);
        return {
          authenticate: isGuarded
            ? refuseAll
            : (_request, toolkit) => toolkit.authenticated({ credentials: {} }),
        };
      },
    };
  };
}

function refuseAll(): never {
  throw new Error(
    'offline-gateway answers this route before hapi does; reaching it here is a fault of the plugin.',
  );
}

function install(server: HapiServer, handle: Handle, beforeStart: () => void): void {
  let foreign = new Set<string>();
  server.listener.removeAllListeners('clientError').on('clientError', refuseBroken);
  server.ext('onPreStart', () => {
    foreign = new Set(server.table().filter(isForeign).map(routeKey));
    beforeStart();
  });
  const hasForeign = (method: string, path: string) => {
    const route = foreign.size > 0 ? findRoute(server, method, path) : null;
    return route !== null && foreign.has(routeKey(route));
  };
  server.ext('onRequest', async ({ raw: { req, res } }, toolkit) => {
    dropOverride(req);
    return (await handle({ req, res, isForeign: hasForeign })) ? toolkit.abandon : toolkit.continue;
  });
}

/**
 * What Node's parser cannot read, also in the middle of a body. hapi would answer it by itself. Where the request was
 * answered here already, that would end the process.
 */
function refuseBroken(_error: Error, socket: Socket): void {
  if (socket.writable && socket.bytesWritten === 0) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  } else socket.destroy();
}

/** Routes of httpApi events, of non-proxy integrations and of `resourceRoutes`; not ours, and not the 404 route. */
function isForeign({ path, settings }: HapiRoute): boolean {
  const strategies = settings.auth ? (settings.auth.strategies ?? []) : [];
  return path !== '/{p*}' && !strategies.some((name) => name.startsWith(GUARDED));
}

/** hapi's own match, which throws for a path that it cannot decode. */
function findRoute(server: HapiServer, method: string, path: string): HapiRoute | null {
  try {
    return server.match(method.toLowerCase(), path.replace(/(.)\/$/, '$1'));
  } catch {
    return null;
  }
}

function routeKey({ method, path }: HapiRoute): string {
  return `${method} ${path}`;
}

/** GW-1004: serverless-offline takes a request's authorizer from this header, on any route, from both header forms. */
function dropOverride(req: IncomingMessage): void {
  if (req.headers[OVERRIDE] === undefined) return;
  delete req.headers[OVERRIDE];
  for (let at = req.rawHeaders.length - 2; at >= 0; at -= 2) {
    if (req.rawHeaders[at]?.toLowerCase() === OVERRIDE) req.rawHeaders.splice(at, 2);
  }
}
