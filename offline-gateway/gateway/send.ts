import type { ServerResponse } from 'node:http';
import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderLines } from '../responses/render.ts';

/** A reply ready for the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: string | Buffer;
}

/**
 * Writes straight to Node's response (GW-412, GW-812, GW-813). hapi would add a charset, cache-control and CORS headers,
 * and join lines that have to stay separate. Node adds `Date` and `Connection`.
 */
export function send(exchange: Exchange, res: ServerResponse, reply: Reply): void {
  if (res.destroyed || res.headersSent) return;
  const lines = reply.headers.flat();
  const bytes = Buffer.byteLength(reply.body);
  if (reply.status !== 204 && (reply.status !== 304 || bytes > 0))
    lines.push('Content-Length', String(bytes));
  lines.push('x-amzn-RequestId', exchange.requestId, 'x-amz-apigw-id', exchange.extendedRequestId);
  res.writeHead(reply.status, lines);
  res.end(reply.body);
}
