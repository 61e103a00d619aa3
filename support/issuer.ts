import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that answers as `handle` says, and counts. */
export async function startIssuer(handle: RequestListener) {
  const requests: { url: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: String(request.url), headers: request.headers });
    void handle(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: new URL('/jwks', origin),
    requests,
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** A `fetch` whose answers a test decides: a key set, a status, or an error. */
export function fakeIssuer(answer: () => unknown) {
  const issuer = {
    fetches: 0,
    fetch: (async () => {
      issuer.fetches += 1;
      const given = answer();
      if (given instanceof Error) throw given;
      return typeof given === 'number' ? new Response(null, { status: given }) : Response.json(given);
    }) as typeof fetch,
  };
  return issuer;
}
