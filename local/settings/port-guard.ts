import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Who may call a port of the local stack, apart from programs on this machine. */
export interface PortRules {
  /** Pages of other servers on this machine, such as a front end under development. */
  readonly localPages: 'allowed' | 'refused';
  /** Calls what handles a request, and passes on what fails in its callbacks. {@link surviveRequests} unless given. */
  readonly run?: (onFault: OnFault, handle: () => void) => void;
}

type OnFault = (error: unknown) => void;

const OWN_ADDRESS = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i;
const LOCAL_PAGE = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;
/** `Sec-Fetch-Site` of a program, which sends none, of a page of this port, and of an address that was typed. */
const OWN_SITES: readonly unknown[] = [undefined, 'same-origin', 'none'];
const HTTP_PORT = 80;

/** What is told of an error thrown in a callback of the request that is being handled. */
const faults = new AsyncLocalStorage<OnFault>();

/**
 * Refuses requests of web pages that are not this machine's own, and answers 500 when handling a request fails. Call it
 * once all listeners of the server are there.
 *
 * A browser lets any page send requests to this machine. It says where they come from in `Origin` and `Sec-Fetch-Site`.
 * A page whose host name resolves to this machine (DNS rebinding) has that name in `Host`.
 */
export function guardPort(server: Server, rules: PortRules): void {
  for (const event of ['request', 'checkContinue']) {
    const listeners = server.listeners(event) as RequestListener[];
    server.removeAllListeners(event);
    for (const listener of listeners) server.on(event, guarded(listener, rules));
  }
  // Node's own answer to a broken request never throws. That of hapi may, after the request was answered.
  server.removeAllListeners('clientError');
}

/** From now on, an error in a callback of a guarded port of this thread fails its request. Other errors are thrown again. */
export function surviveRequests(): void {
  process.on('uncaughtException', (error: unknown) => {
    const onFault = faults.getStore();
    if (onFault === undefined) throw error;
    onFault(error);
  });
}

function guarded(listener: RequestListener, rules: PortRules): RequestListener {
  const { run = (onFault, handle) => faults.run(onFault, handle) } = rules;
  return (request, response) => {
    // The client may have gone before its answer.
    response.on('error', () => undefined);
    const refusal = findRefusal(request, rules);
    if (refusal !== undefined) return refuse(response, refusal);
    const { localPort } = request.socket;
    const onFault = (error: unknown) => {
      console.error(`A request to port ${localPort} failed: ${describe(error)}`);
      fail(response);
    };
    run(onFault, async () => {
      try {
        await listener(request, response);
      } catch (error) {
        onFault(error);
      }
    });
  };
}

interface Refusal {
  readonly status: 400 | 403;
  readonly message: string;
}

/** @returns why the request is refused; `undefined` when it is not. */
function findRefusal(request: IncomingMessage, { localPages }: PortRules): Refusal | undefined {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  const port = request.socket.localPort;
  if (!request.url?.startsWith('/')) return { status: 400, message: 'The request has no path.' };
  if (!isOwnAddress(host, port)) {
    return { status: 403, message: `This port answers only to localhost:${port} and 127.0.0.1:${port}.` };
  }
  if (localPages === 'allowed') {
    if (origin === undefined ? [...OWN_SITES, 'same-site'].includes(site) : LOCAL_PAGE.test(origin)) return;
    return { status: 403, message: 'Only programs and pages on this machine may call this port.' };
  }
  if (OWN_SITES.includes(site) && (origin === undefined || origin === `http://${host}`)) return;
  return { status: 403, message: 'Only programs on this machine may call this port, not web pages.' };
}

function isOwnAddress(host: string | undefined, port: number | undefined): boolean {
  const [address, named = HTTP_PORT] = OWN_ADDRESS.exec(host ?? '') ?? [];
  return address !== undefined && Number(named) === port;
}

/** Closes the connection, because the body of the request was not read. */
function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.setHeader('Connection', 'close');
  send(response, status, message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else send(response, 500, 'The request could not be answered. The terminal of the local stack says why.');
}

function send(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ message }));
}
