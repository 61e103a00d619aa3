import { IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

/** What a server is given of a request. */
export interface WholeRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface WholeRequestOptions {
  /** A larger body is answered with 413. */
  readonly maximumBytes: number;
  /** Changes what the listener gets. */
  readonly prepare: (request: WholeRequest) => WholeRequest;
  /** Answers instead of the listener, unless it returns `undefined`. */
  readonly refuse?: ((request: WholeRequest) => Refusal | undefined) | undefined;
}

/** An answer of JSON. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/**
 * Reads the body before the listener is called. An upload that the client breaks off never reaches a listener, which may
 * not expect one.
 */
export function withWholeRequest(
  { maximumBytes, prepare, refuse }: WholeRequestOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): RequestListener {
  return async (request, response) => {
    const body = await readBody(request, maximumBytes);
    if (body === 'gone') return;
    if (body === 'too large') return void response.writeHead(413, { Connection: 'close' }).end();
    const refusal = refuse?.({ headers: request.headers, body });
    if (refusal !== undefined) return send(response, refusal);
    await listener(replay(request, prepare({ headers: request.headers, body })), response);
  };
}

function send(response: ServerResponse, { status, contentType, body }: Refusal): void {
  response.writeHead(status, { 'Content-Type': contentType }).end(JSON.stringify(body));
}

async function readBody(
  request: IncomingMessage,
  maximumBytes: number,
): Promise<Buffer | 'too large' | 'gone'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left early, the iterator would destroy the connection before the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maximumBytes) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    return 'gone';
  }
  return Buffer.concat(chunks);
}

/** The request once more, with a body that has arrived. */
function replay(request: IncomingMessage, { headers, body }: WholeRequest): IncomingMessage {
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const whole = new IncomingMessage(request.socket);
  Object.assign(whole, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers });
  whole.complete = true;
  whole.push(body);
  whole.push(null);
  return whole;
}
