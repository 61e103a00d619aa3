import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Identity, readAuthorizerContext, requireUnexpired } from '../../common/identity.ts';
import type { ApiServices } from './endpoint.ts';
import { Refused } from './errors.ts';

/**
 * Who the authorizer says is calling.
 *
 * @throws {TypeError} when the route has no authorizer: our fault, a 500.
 * @throws {TokenExpired} when the token expired while API Gateway held the authorizer's answer.
 */
export function requireCaller(event: APIGatewayProxyEvent, services: ApiServices): Identity {
  const caller = readAuthorizerContext(event.requestContext.authorizer);
  requireUnexpired(caller, services.now());
  if (services.requireVerifiedEmail && !caller.emailVerified) throw new Refused('email_not_verified');
  return caller;
}
