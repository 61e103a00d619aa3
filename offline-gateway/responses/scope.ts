import { parse } from 'node:querystring';
import { type Exchange, findHeader } from '../exchange/exchange.ts';
import { requestContext } from '../exchange/request-context.ts';
import { findOwn, isRecord } from '../values.ts';
import type { ReferenceScope, RequestLocation } from './references.ts';
import { errorValue } from './render.ts';
import type { GatewayError } from './types.ts';

/** What the references in gateway responses see of a request. */
export function referenceScope(exchange: Exchange, error: GatewayError): ReferenceScope {
  return {
    context: (name) => contextValue(exchange, name),
    authorizer: (name) => toText(findOwn(exchange.authorizer ?? {}, name)),
    error: (name) => errorValue(error, name),
    stageVariable: (name) => findOwn(exchange.api.stageVariables ?? {}, name),
    request: (location, name) => requestValue(exchange, location, name),
  };
}

/** Reads a request parameter the way `method.request.{location}.{name}` does: the last query value, the raw path value. */
export function requestValue(
  exchange: Exchange,
  location: RequestLocation,
  name: string,
): string | undefined {
  if (location === 'header') return findHeader(exchange.req, name);
  if (location === 'path') return findOwn(exchange.route?.pathParameters ?? {}, name);
  const value = parse(exchange.query)[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** The names are those of the proxy event's `requestContext`, one level deep for `identity`. */
function contextValue(exchange: Exchange, name: string): string | undefined {
  const context: Readonly<Record<string, unknown>> = requestContext(exchange);
  const [group = '', inner] = name.split('.');
  const value = context[group];
  if (inner === undefined) return toText(value);
  return isRecord(value) ? toText(value[inner]) : undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
