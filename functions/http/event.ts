import type { APIGatewayProxyEvent } from 'aws-lambda';

/** All values of a header joined by commas (RFC 9110 §5.2), whatever the case of its name. */
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
 * Where the client reached the API, without a trailing slash.
 *
 * What precedes the resource in the path the client asked for is the stage (on execute-api) or the base path (on a
 * custom domain); it is found by counting segments, because a parameter may be encoded in more than one way.
 *
 * @param template the path of the operation in openapi.yml, such as `/api/tasks/{taskId}`.
 */
export function readBaseUrl(event: APIGatewayProxyEvent, template: string): string {
  const segments = trimSlash(event.requestContext.path ?? event.path).split('/');
  const prefix = segments.slice(0, Math.max(0, segments.length - (template.split('/').length - 1))).join('/');
  return `${readScheme(event)}://${readHost(event)}${prefix}`;
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The first hop's scheme; a client that reached us without any proxy used plain HTTP. */
function readScheme(event: APIGatewayProxyEvent): string {
  return /^\s*https\b/i.test(readHeader(event, 'X-Forwarded-Proto') ?? '') ? 'https' : 'http';
}

function readHost(event: APIGatewayProxyEvent): string {
  const host = readHeader(event, 'Host');
  if (host !== undefined && /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(host)) return host;
  return event.requestContext.domainName ?? 'localhost';
}
