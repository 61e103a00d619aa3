import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange/exchange.ts';
import type { Reporter } from '../report.ts';

/** API Gateway's payload limit: 10 MB (GW-604). */
const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;

/** How much of an oversized body is read and thrown away, so that the client is still there for the answer. */
const DISCARDED_BYTES = 10 * MAXIMUM_BODY_BYTES;

const NOTHING = Buffer.alloc(0);

/** The whole body; `'too large'` above the limit; `'gone'` when the client left in the middle. */
export async function readBody(
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Buffer | 'too large' | 'gone'> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced === 0 && req.headers['transfer-encoding'] === undefined) return NOTHING;
  if (req.headers.expect?.toLowerCase() === '100-continue') {
    // The client asks before it sends, so there is nothing to throw away.
    if (announced > MAXIMUM_BODY_BYTES) return 'too large';
    res.writeContinue();
  }
  try {
    return await collect(req);
  } catch {
    return 'gone';
  }
}

async function collect(req: IncomingMessage): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Node's own iterator would destroy the request, and the connection with it, on an early return.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the request is being decoded as text');
    size += chunk.length;
    if (size <= MAXIMUM_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > DISCARDED_BYTES) break;
  }
  if (size > MAXIMUM_BODY_BYTES) return 'too large';
  return chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks);
}

const HEADER_VALUE_BYTES = 10_240;

/** GW-603: a large token and large cookies together can exceed the limit on AWS. Here the request passes. */
export function warnOfLargeHeaders({ req, method, path }: Exchange, reporter: Reporter): void {
  let bytes = 0;
  for (let at = 1; at < req.rawHeaders.length; at += 2) bytes += req.rawHeaders[at]?.length ?? 0;
  if (bytes <= HEADER_VALUE_BYTES) return;
  reporter.once(
    'large headers',
    `${method} ${path} has ${bytes} bytes of header values. API Gateway's limit is ${HEADER_VALUE_BYTES}; what it answers above that is not documented, and this emulation goes on.`,
  );
}
