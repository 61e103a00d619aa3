import type { IncomingMessage, ServerResponse } from 'node:http';

/** API Gateway's payload limit: 10 MB (G6). */
export const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

/** The whole body; `'too large'` as soon as that is certain; `'gone'` when the client left in the middle. */
export async function readBody(
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Buffer | 'too large' | 'gone'> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > MAXIMUM_BODY_BYTES) return 'too large';
  if (announced === 0 && req.headers['transfer-encoding'] === undefined) return NOTHING;
  if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Node's own iterator would destroy the request, and the connection with it, on an early return.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('the request is being decoded as text');
      size += chunk.length;
      if (size > MAXIMUM_BODY_BYTES) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    return 'gone';
  }
  return chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks);
}
