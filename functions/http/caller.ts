import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Identity, readCaller } from '../../authorizer/index.ts';
import type { ApiServices } from './endpoint.ts';
import { Refusal } from './refusals.ts';

/**
 * Who the authorizer says is calling.
 *
 * @throws {TypeError} when the route has no authorizer: our fault, a 500.
 * @throws {TokenExpired} when the token expired while API Gateway held the authorizer's answer.
 */
export function requireCaller(event: APIGatewayProxyEvent, services: ApiServices): Identity {
  const caller = readCaller(event, { now: services.now });
  if (services.requireVerifiedEmail) requireVerifiedEmail(caller);
  return caller;
}

/** A token that does not say is no reason to ask the user for anything. */
function requireVerifiedEmail({ emailVerified }: Identity): void {
  if (emailVerified === undefined) throw new Refusal('email_verification_unknown');
  if (!emailVerified) throw new Refusal('email_not_verified');
}
