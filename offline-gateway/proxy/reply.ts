import type { HeaderLines } from '../responses/render.ts';
import { asList, isRecord, type UnknownRecord } from '../values.ts';
import { sendableHeaders } from './reply-headers.ts';

/** A Lambda proxy reply that API Gateway would pass on. */
export interface ProxyReply {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const MEMBERS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);
/** Lambda's response limit: 6 MB and a little for the envelope. */
export const LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024 + 100;

/**
 * GW-804 to GW-809: what API Gateway accepts from a function.
 *
 * @throws {TypeError} for anything else, which the client sees as 502 and the developer as this sentence.
 */
export function readReply(returned: unknown): ProxyReply {
  if (!isRecord(returned)) throw new TypeError('the function returned no object');
  const extra = Object.keys(returned).find((key) => !MEMBERS.has(key) && returned[key] !== undefined);
  if (extra !== undefined) throw new TypeError(`a proxy reply has no member ${JSON.stringify(extra)}`);
  const { body, isBase64Encoded } = returned;
  if (typeof body !== 'string' && body !== undefined && body !== null)
    throw new TypeError('body is not a string');
  if (body && body.length > LAMBDA_PAYLOAD_BYTES) throw new TypeError('the reply is larger than 6 MB');
  return {
    status: readStatus(returned['statusCode']),
    headers: sendableHeaders(
      readMultiValues(returned['multiValueHeaders']),
      readSingleValues(returned['headers']),
    ),
    body: body ?? '',
    isBase64Encoded: isBase64Encoded === true || isBase64Encoded === 'true',
  };
}

/** A number or its decimal text; 200 when absent. */
function readStatus(status: unknown): number {
  if (status === undefined || status === null) return 200;
  const text = String(status);
  if (/^[2-5]\d\d$/.test(text)) return Number(text);
  throw new TypeError('statusCode is not an HTTP status');
}

function readSingleValues(headers: unknown): ReadonlyMap<string, readonly string[]> {
  return readEntries('headers', headers, (value, name) => [readValue(value, name)]);
}

function readMultiValues(headers: unknown): ReadonlyMap<string, readonly string[]> {
  return readEntries('multiValueHeaders', headers, (values, name) => {
    if (!Array.isArray(values)) throw new TypeError(`multiValueHeaders.${name} is not an array`);
    return asList(values).map((value) => readValue(value, name));
  });
}

function readEntries(
  member: string,
  headers: unknown,
  read: (value: unknown, name: string) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  if (headers === undefined || headers === null) return new Map();
  if (!isRecord(headers)) throw new TypeError(`${member} is not an object`);
  const given: UnknownRecord = headers;
  const present = Object.keys(given).filter((name) => given[name] !== undefined && given[name] !== null);
  return new Map(present.map((name) => [requireName(name), read(given[name], name)]));
}

function requireName(name: string): string {
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return name;
  throw new TypeError(`${JSON.stringify(name)} is not a header name`);
}

/** Numbers and booleans become text (recorded: `true` → `"true"`). */
function readValue(value: unknown, name: string): string {
  if (typeof value === 'object') throw new TypeError(`the value of header ${name} is an object`);
  const text = String(value);
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) throw new TypeError(`the value of header ${name} cannot be sent`);
  return text;
}
