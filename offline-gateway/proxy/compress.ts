import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { HeaderLines } from '../responses/render.ts';

interface Compressible {
  readonly headers: HeaderLines;
  readonly body: string | Buffer;
}

/** A reply as the client takes it. */
export type Compress = <Reply extends Compressible>(reply: Reply, acceptEncoding: unknown) => Promise<Reply>;

const CODINGS = { gzip: promisify(gzip), deflate: promisify(deflate) };

/**
 * GW-818: a reply of this size or more is compressed for a client that names gzip or deflate. `*` does not count,
 * and a reply that has a `Content-Encoding` stays as it is.
 *
 * @param minimumBytes `provider.apiGateway.minimumCompressionSize`; nothing is compressed without it.
 */
export function makeCompress(minimumBytes: unknown): Compress {
  return async (reply, acceptEncoding) => {
    const coding = findCoding(acceptEncoding);
    if (typeof minimumBytes !== 'number' || coding === undefined) return reply;
    const isSmall = Buffer.byteLength(reply.body) < minimumBytes;
    if (isSmall || reply.headers.some(([name]) => name.toLowerCase() === 'content-encoding')) return reply;
    const body = await CODINGS[coding](reply.body);
    return { ...reply, headers: [...reply.headers, ['Content-Encoding', coding]], body };
  };
}

/** The first coding in `Accept-Encoding` that API Gateway knows and that the client does not refuse (`q=0`). */
function findCoding(acceptEncoding: unknown): keyof typeof CODINGS | undefined {
  if (typeof acceptEncoding !== 'string') return undefined;
  for (const entry of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    if ((name === 'gzip' || name === 'deflate') && !isRefused) return name;
  }
  return undefined;
}
