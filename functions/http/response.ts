import type { APIGatewayProxyResult } from 'aws-lambda';
import type { NonEmptyList } from '../../common/env.ts';
import type { Reply } from './endpoint.ts';

/** What a browser lets a page of another origin read, in addition to the few that it always may. */
const EXPOSED = [
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Idempotency-Replayed',
  'WWW-Authenticate',
  'x-amz-apigw-id',
  'x-amzn-Remapped-WWW-Authenticate',
].join(', ');

/** A reply as API Gateway wants it. */
export function toResult({ status, headers, body, text = '' }: Reply): APIGatewayProxyResult {
  if (body === undefined) return { statusCode: status, headers: { ...headers }, body: text };
  return {
    statusCode: status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/**
 * The value of `Access-Control-Allow-Origin` (Fetch §3.3): the origin of the request where it is allowed. The first
 * allowed one otherwise, which the browser refuses.
 */
export function allowedOrigin(allowed: NonEmptyList, asked: string | undefined): string {
  return asked !== undefined && allowed.includes(asked) ? asked : allowed[0];
}

export interface HeaderOptions {
  /** The origin whose pages may read this reply, or `*`. */
  readonly origin: string;
  readonly rate: Readonly<Record<string, string>> | undefined;
}

/**
 * Adds the headers of every reply; `x-every-response` in openapi.yml. Credentials are never allowed: the API uses no
 * cookies.
 */
export function withHeaders(
  result: APIGatewayProxyResult,
  { origin, rate }: HeaderOptions,
): APIGatewayProxyResult {
  const vary = [result.headers?.['Vary'], origin === '*' ? undefined : 'Origin'].filter(Boolean).join(', ');
  return {
    ...result,
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED,
      'Cache-Control': 'no-store',
      'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
      'X-Content-Type-Options': 'nosniff',
      ...rate,
      ...result.headers,
      ...(vary && { Vary: vary }),
    },
  };
}
