import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { Identity } from '../../common/identity.ts';
import { requireCaller } from './caller.ts';
import type { Contract, FunctionName } from './contract.ts';
import type { ApiRequest, ApiServices, OptionalCallerServices } from './endpoint.ts';
import { readHeader, requireBaseUrl } from './event.ts';
import { readQuery } from './query.ts';
import { readBody } from './request-body.ts';
import { requireScope, withinScopes } from './scope.ts';

/** How long before Lambda's own limit long work stops beginning new steps; above the time one step may take. */
const WIND_DOWN_MS = 3_500;
/** What is left to a handler that is run without Lambda's clock. */
const DEFAULT_REMAINING_MS = 30_000;

/** What Lambda hands to a handler. */
export interface Invocation {
  readonly event: APIGatewayProxyEvent;
  readonly context: Context;
  /** Aborted when Lambda's time is up and the reply leaves. */
  readonly signal: AbortSignal;
}

/**
 * The request as its contract describes it. The caller is read before, by {@link readCaller}. A client that may not call
 * learns nothing about the rest of the request.
 *
 * @throws {Refusal} first of all for a path that is not exactly the one of the contract.
 */
export function readRequest<Name extends FunctionName>(
  contract: Contract & { readonly operation: Name },
  { event, context, signal }: Invocation,
  { caller, nowMs }: { caller: Identity | undefined; nowMs: number },
): ApiRequest<Name> {
  const baseUrl = requireBaseUrl(event, contract);
  const remainingMs = context.getRemainingTimeInMillis?.() ?? DEFAULT_REMAINING_MS;
  const request: Omit<ApiRequest, 'query'> & { query: unknown } = {
    caller: caller as ApiRequest['caller'],
    query: contract.query && readQuery(event, contract.query),
    body: (contract.body && readBody(event, contract.body)) as ApiRequest['body'],
    path: event.pathParameters ?? {},
    header: (name) => readHeader(event, name),
    baseUrl,
    deadlineMs: nowMs + remainingMs - WIND_DOWN_MS,
    signal,
  };
  return request as ApiRequest<Name>;
}

/** Who is calling, in the way the contract says: told by the authorizer, found out here, or of no interest. */
export async function readCaller(
  contract: Contract,
  event: APIGatewayProxyEvent,
  services: ApiServices,
): Promise<Identity | undefined> {
  if (contract.auth === 'none') return undefined;
  if (contract.auth === 'required') {
    const caller = requireCaller(event, services);
    requireScope(caller, contract.scope);
    return caller;
  }
  const caller = await (services as OptionalCallerServices).findCaller(readHeader(event, 'Authorization'));
  return caller && withinScopes(caller);
}
