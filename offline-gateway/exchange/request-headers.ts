import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';

/** The two header maps of an event. */
export interface HeaderMaps {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
}

/** GW-713: never reach the function. */
const DROPPED = new Set(
  `connection content-length content-md5 expect max-forwards proxy-authenticate server te transfer-encoding trailer
   upgrade www-authenticate`.split(/\s+/),
);

/** GW-712: re-cased whatever the client wrote; every other name keeps its case. */
const RECASED = new Map([
  ['authorization', 'Authorization'],
  ['user-agent', 'User-Agent'],
  ['host', 'Host'],
]);

const ADDED = /^x-(?:forwarded-(?:for|proto|port)|amzn-trace-id)$/i;

/** GW-713, GW-714: the request's headers as API Gateway passes them on, with the ones it adds. The last of several values wins. */
export function forwardHeaders(exchange: Exchange): HeaderMaps {
  const kept = new Map<string, { readonly name: string; readonly values: string[] }>();
  const add = (written: string, value: string) => {
    const lower = written.toLowerCase();
    if (DROPPED.has(lower)) return;
    const known = kept.get(lower);
    if (known) known.values.push(value);
    else kept.set(lower, { name: RECASED.get(lower) ?? written, values: [value] });
  };
  const { rawHeaders } = exchange.req;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!ADDED.test(name)) add(name, rawHeaders[at + 1] ?? '');
  }
  for (const [name, value] of gatewayHeaders(exchange)) add(name, value);
  const all = [...kept.values()];
  return {
    headers: Object.fromEntries(all.map(({ name, values }) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(all.map(({ name, values }) => [name, values])),
  };
}

/** GW-814: `X-Amzn-Trace-Id` of a proxy reply. What the client sent is kept, and what is missing is made up. */
export function replyTraceId({ req, receivedMs, requestId }: Exchange): string {
  const sent = String(req.headers['x-amzn-trace-id'] ?? '');
  const find = (name: string) => new RegExp(`(?:^|;)\\s*${name}=([^;\\s]+)`).exec(sent)?.[1];
  const parent = createHash('sha256').update(requestId).digest('hex').slice(0, 16);
  const root = find('Root') ?? madeUpRoot(receivedMs, requestId);
  return `Root=${root};Parent=${find('Parent') ?? parent};Sampled=${find('Sampled') ?? '0'}`;
}

function madeUpRoot(receivedMs: number, requestId: string): string {
  return `1-${Math.floor(receivedMs / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(8)}`;
}

/** What API Gateway adds itself. `X-Forwarded-Proto` says what the client used, which on a laptop is http. */
function gatewayHeaders({
  req,
  api,
  requestId,
  sourceIp,
  receivedMs,
}: Exchange): readonly (readonly [string, string])[] {
  const client = req.headers['x-forwarded-for'];
  const trace = req.headers['x-amzn-trace-id'];
  return [
    ['X-Amzn-Trace-Id', typeof trace === 'string' ? trace : `Root=${madeUpRoot(receivedMs, requestId)}`],
    ['X-Forwarded-For', client === undefined ? sourceIp : `${String(client)}, ${sourceIp}`],
    ['X-Forwarded-Port', String(req.socket.localPort ?? '')],
    ['X-Forwarded-Proto', api.isTls ? 'https' : 'http'],
  ];
}
