import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** A request as it is written to the socket. */
export interface RawRequest {
  readonly method?: string;
  /** The request target, stage and all. */
  readonly target: string;
  /** Header lines in order, names in their own case. `Host` and `Connection: close` come without saying. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** What came back. */
export interface RawReply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Longer than a thread takes to start on a busy machine. */
const TIMEOUT_MS = 60_000;
const HEAD_END = '\r\n\r\n';

/** Sends the bytes of a request over a socket of its own, with nothing added or normalised. */
export function ask(url: string, request: RawRequest): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () =>
      socket.write(written(request, `${hostname}:${port}`)),
    );
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`${request.target} was not answered`)));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(parse(Buffer.concat(chunks))));
  });
}

function written({ method = 'GET', target, headers = [], body = '' }: RawRequest, host: string): string {
  const isChunked = headers.some(([name]) => name.toLowerCase() === 'transfer-encoding');
  const lines = [
    ['Host', host],
    ...(headers.some(([name]) => name === 'Connection') ? [] : [['Connection', 'close']]),
    ...headers,
    ...(body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))]]),
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${isChunked ? `0${HEAD_END}` : body}`;
}

function parse(received: Buffer): RawReply {
  const bytes = received.subarray(
    received.indexOf('HTTP/1.1 100') === 0 ? received.indexOf(HEAD_END) + 4 : 0,
  );
  const end = bytes.indexOf(HEAD_END);
  const [statusLine = '', ...lines] = bytes.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
  const headers = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  });
  const body = decompress(dechunk(bytes.subarray(end + 4), headers), headers);
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body };
}

/** serverless-offline alone compresses, and the client of the recordings undoes it. */
function decompress(body: Buffer, headers: RawReply['headers']): Buffer {
  const encoding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'br' ? brotliDecompressSync(body) : body;
}

/** serverless-offline alone may answer in chunks. */
function dechunk(body: Buffer, headers: RawReply['headers']): Buffer {
  if (!headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked'))
    return body;
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString(), 16);
    if (!size) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
