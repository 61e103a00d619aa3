import assert from 'node:assert/strict';
import { request } from 'node:http';

/** A reply as it came over the wire: header lines in order, names in their own case. */
export interface WireReply {
  readonly status: number;
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** All values of a header, whatever the case of its name. */
  readonly header: (name: string) => readonly string[];
  readonly json: () => unknown;
}

export interface WireRequest {
  readonly method?: string;
  /** Sent as written: pairs, so that names keep their case and may repeat. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
}

/** Sends the path exactly as given: no client-side normalisation, no default headers but Host and Connection. */
export function send(url: string, path: string, { method = 'GET', headers = [], body }: WireRequest = {}) {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const];
  const lines = [['Host', `${hostname}:${port}`] as const, ...headers, ...length].flat();
  return new Promise<WireReply>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: lines, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve(toReply(res.statusCode ?? 0, res.rawHeaders, Buffer.concat(chunks).toString())),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function toReply(status: number, raw: readonly string[], body: string): WireReply {
  const lines: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return {
    status,
    lines,
    body,
    header: (name) =>
      lines.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value),
    json: () => parse(body),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    assert.fail(`the body is not JSON: ${body.slice(0, 80)}`);
  }
}
