import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { makeLog } from '../../common/log.ts';
import { StoreUnavailable } from '../domain/errors.ts';
import { accessLog } from './access-log.ts';
import type { Contract, FunctionName } from './contract.ts';
import type { ApiServices, Endpoint, OptionalCallerServices } from './endpoint.ts';
import { readHeader, readRequestId } from './event.ts';
import type { AuthOf } from './generated/types.ts';
import { problemReply } from './problem.ts';
import { countRequest, type RateHeaders, subjectOf } from './rate-limit.ts';
import { type Invocation, readCaller, readRequest } from './request.ts';
import { allowedOrigin, type HeaderOptions, toResult, withHeaders } from './response.ts';

/** How long before Lambda's own limit the answer is a 503, so that the client gets one of ours. */
const ANSWER_BEFORE_TIMEOUT_MS = 250;

export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** What middy hands to the handler as well: the signal is aborted with the early answer. */
type Stop = Pick<Invocation, 'signal'>;

/** An operation that lets anybody in has to say how it finds out who it is. */
type ServicesFor<Name extends FunctionName> = AuthOf[Name] extends 'optional'
  ? OptionalCallerServices
  : ApiServices;

/**
 * The Lambda handler of an endpoint, with everything that is the same for each route. Before the endpoint, the caller,
 * the query and the body are read as openapi.yml says. After it, the reply gets its headers and the log its line. An
 * error of any of them becomes problem details. A route is protected unless openapi.yml says otherwise. An event that is
 * not a request only makes the services. The endpoint is not called.
 *
 * @param makeServices called on the first request, so that a function that cannot start says so in a reply and the log.
 */
export function apiHandler<Name extends FunctionName, Services extends ServicesFor<Name>>(
  contract: Contract & { readonly operation: Name },
  endpoint: Endpoint<Name, Services>,
  makeServices: () => Services,
): ApiHandler {
  let made: Services | undefined;
  const services = () => {
    made ??= makeServices();
    return made;
  };
  /** Headers about the rate of a request, also for the reply that refuses it. */
  const rates = new WeakMap<APIGatewayProxyEvent, RateHeaders>();
  const answer = async (event: APIGatewayProxyEvent, context: Context, { signal }: Stop) => {
    const { now } = services();
    const caller = await readCaller(contract, event, services());
    const counted = await countRequest(services(), subjectOf(contract, event, caller));
    if (counted) rates.set(event, counted.headers);
    if (counted?.refusal) throw counted.refusal;
    const request = readRequest(contract, { event, context, signal }, { caller, nowMs: now() });
    return toResult(await endpoint(request, services()));
  };
  const plugin = { timeoutEarlyInMillis: ANSWER_BEFORE_TIMEOUT_MS, timeoutEarlyResponse: refuseLate };
  const handle = middy<APIGatewayProxyEvent, APIGatewayProxyResult>(answer, plugin)
    .use(accessLog(contract.operation, () => made?.log ?? makeLog()))
    .use(
      finish((event) => ({
        origin: allowedOrigin(made?.corsAllowedOrigins ?? ['*'], readHeader(event, 'Origin')),
        rate: rates.get(event),
      })),
    )
    .use(problems());
  return async (event, context) => {
    if (isRequest(event)) return handle(event, context);
    services().log.info('invoked without a request', { operation: contract.operation });
    return { statusCode: 204, body: '' };
  };
}

/** False for a scheduled event that keeps an instance warm and for a test event of the console, such as `{}`. */
function isRequest(event: unknown): event is APIGatewayProxyEvent {
  return Object(event).requestContext !== undefined;
}

function refuseLate(): never {
  throw new StoreUnavailable();
}

type ApiMiddleware = middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>;

/** Runs on replies and on problems alike. The reply to HEAD is the one to GET without its content (RFC 9110 §9.3.2). */
function finish(headersOf: (event: APIGatewayProxyEvent) => HeaderOptions): ApiMiddleware {
  const add: middy.MiddlewareFn<APIGatewayProxyEvent, APIGatewayProxyResult> = ({ event, response }) => {
    if (!response) return;
    Object.assign(response, withHeaders(response, headersOf(event)));
    if (event.httpMethod === 'HEAD') response.body = '';
  };
  return { after: add, onError: add };
}

function problems(): ApiMiddleware {
  return {
    onError: (request) => {
      request.response = toResult(problemReply(request.error, readRequestId(request.event)));
    },
  };
}
