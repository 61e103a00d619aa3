import { type Exchange, findHeader } from '../exchange/exchange.ts';
import { requestContext } from '../exchange/request-context.ts';
import { forwardHeaders } from '../exchange/request-headers.ts';
import { readQuery } from '../proxy/event.ts';
import { findReference } from '../responses/references.ts';
import { referenceScope, requestValue } from '../responses/scope.ts';
import { gatewayError } from '../responses/types.ts';
import type { Authorizer, IdentitySource } from '../service/authorizer-definition.ts';

/** One question: may this identity call this method. */
export interface AuthorizerCall {
  readonly authorizer: Authorizer;
  readonly exchange: Exchange;
  readonly identity: readonly string[];
  readonly methodArn: string;
}

/** GW-103 to GW-106: region, account, API, stage, the real verb, and the path as it was sent; the root ends in a slash. */
export function methodArn(exchange: Exchange, options: { readonly rawPathInMethodArn: boolean }): string {
  const { region, accountId, apiId, stage } = exchange.api;
  const path = options.rawPathInMethodArn ? exchange.path : tidied(exchange.path);
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${exchange.method}${path}`;
}

/**
 * The values an authorizer is keyed by, in order.
 *
 * @returns undefined when one is missing or empty: 401 without a call (GW-201, GW-202, GW-207).
 */
export function findIdentity(authorizer: Authorizer, exchange: Exchange): readonly string[] | undefined {
  const values = authorizer.sources.map((source) => findValue(source, exchange));
  return values.every((value) => value !== undefined && value !== '') ? (values as string[]) : undefined;
}

/** GW-101, GW-108: three members for TOKEN and nothing else; for REQUEST the whole request without its body. */
export function buildAuthorizerEvent({ authorizer, exchange, identity, methodArn }: AuthorizerCall) {
  if (authorizer.type === 'TOKEN') {
    return { type: 'TOKEN', methodArn, authorizationToken: identity[0] ?? '' };
  }
  return {
    type: 'REQUEST',
    methodArn,
    resource: exchange.route?.template ?? '',
    path: exchange.path,
    httpMethod: exchange.method,
    ...forwardHeaders(exchange),
    ...readQuery(exchange.query),
    pathParameters: exchange.route?.pathParameters ?? {},
    stageVariables: exchange.api.stageVariables ?? {},
    requestContext: requestContext(exchange),
  };
}

function findValue(source: IdentitySource, exchange: Exchange): string | undefined {
  if (source.kind === 'header') return findHeader(exchange.req, source.name);
  if (source.kind === 'querystring') return requestValue(exchange, 'querystring', source.name);
  const reference = findReference(`${source.kind}.${source.name}`);
  return reference?.(referenceScope(exchange, gatewayError('UNAUTHORIZED')));
}

function tidied(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  try {
    return decodeURIComponent(trimmed);
  } catch {
    return trimmed;
  }
}
