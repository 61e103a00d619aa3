import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { Refusal } from './refusals.ts';

/** All values of a header joined by commas (RFC 9110 §5.2). The case of its name does not matter. */
export function readHeader(event: APIGatewayProxyEvent, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (key.toLowerCase() === wanted && values !== undefined) return values.join(', ');
  }
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/** The id that API Gateway made for the request (`x-amz-apigw-id`). A client can choose the other, `requestId`. */
export function readRequestId(event: APIGatewayProxyEvent): string {
  return event.requestContext.extendedRequestId ?? 'unknown';
}

/**
 * A segment of a stage or of a base path: the characters that API Gateway allows there. Escapes and
 * segments of dots are not allowed, because only a client writes these.
 */
const PREFIX_SEGMENT = /^(?!\.{1,2}$)[\w$.+!*'()-]+$/;

/**
 * Where the client reached the API, without a trailing slash. What precedes the operation's own path is the stage on
 * execute-api, and the base path on a custom domain.
 *
 * API Gateway also routes a path with a slash at its end or repeated slashes in front. Such a path is probably the
 * mistake of a client, such as an empty id, so no operation answers it.
 *
 * @throws {Refusal} unless the path that the client asked for is exactly the one of the contract.
 */
export function requireBaseUrl(
  event: APIGatewayProxyEvent,
  { path, trailingSlash }: Pick<Contract, 'path' | 'trailingSlash'>,
): string {
  const asked = (event.requestContext.path ?? event.path).split('/');
  if (trailingSlash && asked.at(-1) === '') asked.pop();
  const wanted = path.split('/').slice(1);
  const prefix = asked.slice(0, Math.max(0, asked.length - wanted.length));
  const rest = asked.slice(prefix.length);
  if (!isPrefix(prefix) || !wanted.every((segment, index) => isSegment(segment, rest[index]))) {
    throw new Refusal('route_not_found');
  }
  return `${readScheme(event)}://${readHost(event)}${prefix.join('/')}`;
}

/** The path begins with a slash, so the first segment is empty, and no other one. */
function isPrefix([first, ...segments]: readonly string[]): boolean {
  return first === '' && segments.every((segment) => PREFIX_SEGMENT.test(segment));
}

/** @param wanted from the template: the segment itself, or `{parameter}` for any that is not empty. */
function isSegment(wanted: string, asked: string | undefined): boolean {
  return wanted.startsWith('{') ? asked !== undefined && asked !== '' : asked === wanted;
}

/** The first hop's scheme; a client that reached us without any proxy used plain HTTP. */
function readScheme(event: APIGatewayProxyEvent): string {
  const proto = readHeader(event, 'X-Forwarded-Proto') ?? '';
  return /^\s*https\b/.test(proto.toLowerCase()) ? 'https' : 'http';
}

/** Without the flag `i`, for which V8 loads tables of letters: half a millisecond of a cold start. */
const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\dA-Fa-f:.]+\](:\d{1,5})?$/;

function readHost(event: APIGatewayProxyEvent): string {
  const host = readHeader(event, 'Host');
  if (host !== undefined && HOST.test(host)) return host;
  return event.requestContext.domainName ?? 'localhost';
}
