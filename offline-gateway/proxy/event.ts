import { parse } from 'node:querystring';
import type { Exchange } from '../exchange/exchange.ts';
import { requestContext } from '../exchange/request-context.ts';
import { forwardHeaders } from '../exchange/request-headers.ts';

/** The request body as the function sees it. */
export interface EventBody {
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** GW-705 to GW-713: the Lambda proxy event (payload 1.0) as recorded from AWS. */
export function buildProxyEvent(exchange: Exchange, body: EventBody) {
  const query = readQuery(exchange.query);
  return {
    resource: exchange.route?.template ?? '',
    path: exchange.path,
    httpMethod: exchange.method,
    ...forwardHeaders(exchange),
    ...query,
    pathParameters: exchange.route?.pathParameters ? { ...exchange.route.pathParameters } : null,
    stageVariables: exchange.api.stageVariables && { ...exchange.api.stageVariables },
    requestContext: requestContext(exchange),
    ...body,
  };
}

/** Decoded, `+` a space; the last of several values wins in the single-value map; null, not `{}`, when there are none. */
export function readQuery(query: string) {
  const entries = Object.entries(parse(query, '&', '=', { maxKeys: 0 })).map(([name, value]) => {
    return [name, Array.isArray(value) ? value : [value ?? '']] as const;
  });
  if (query === '' || entries.length === 0) {
    return { queryStringParameters: null, multiValueQueryStringParameters: null };
  }
  return {
    queryStringParameters: Object.fromEntries(entries.map(([name, values]) => [name, values.at(-1) ?? ''])),
    multiValueQueryStringParameters: Object.fromEntries(entries),
  };
}
