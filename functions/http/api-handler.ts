import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { makeLog } from '../../common/log.ts';
import { StoreUnavailable } from '../domain/errors.ts';
import { accessLog } from './access-log.ts';
import type { Contract, FunctionName } from './contract.ts';
import type { ApiServices, Endpoint, OptionalCallerServices } from './endpoint.ts';
import type { AuthOf } from './generated/types.ts';
import { problemReply } from './problem.ts';
import { readRequest } from './request.ts';
import { toResult, withHeaders } from './response.ts';

/** How long before Lambda's own limit the answer is a 503, so that the client gets one of ours. */
const LAST_WORD_MS = 250;

export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** An operation that lets anybody in has to say how it finds out who it is. */
type ServicesFor<Name extends FunctionName> = AuthOf[Name] extends 'optional'
  ? OptionalCallerServices
  : ApiServices;

/**
 * The Lambda handler of an endpoint, with everything that is the same for each route: before the endpoint the caller,
 * the query and the body are read as openapi.yml says; after it the reply gets its headers and the log its line; an
 * error of any of them becomes problem details. A route is protected unless openapi.yml says otherwise.
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
  const answer: ApiHandler = async (event, context) =>
    toResult(await endpoint(await readRequest(contract, { event, context }, services()), services()));
  const plugin = { timeoutEarlyInMillis: LAST_WORD_MS, timeoutEarlyResponse: refuseLate };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(answer, plugin)
    .use(accessLog(contract.operation, () => made?.log ?? makeLog()))
    .use(replyHeaders(() => made?.corsAllowedOrigin ?? '*'))
    .use(problems());
}

function refuseLate(): never {
  throw new StoreUnavailable();
}

type ApiMiddleware = middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>;

/** Runs on replies and on problems alike. */
function replyHeaders(origin: () => string): ApiMiddleware {
  const add: middy.MiddlewareFn<APIGatewayProxyEvent, APIGatewayProxyResult> = (request) => {
    if (request.response) request.response = withHeaders(request.response, origin());
  };
  return { after: add, onError: add };
}

function problems(): ApiMiddleware {
  return {
    onError: (request) => {
      request.response = toResult(problemReply(request.error, request.event.requestContext.requestId));
    },
  };
}
