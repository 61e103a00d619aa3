import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { toAuthorizerContext } from '../common/identity.ts';
import type { Log } from '../common/log.ts';
import type { Authenticate } from './authenticate.ts';
import { allowStage, denyStage } from './policy.ts';
import { KeysUnavailable, Rejection } from './rejections.ts';

export type Authorize = (event: APIGatewayTokenAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

/** `principalId` of a Deny: API Gateway's documentation demands one, and nobody was authenticated. */
const NOBODY = 'unauthenticated';

/** The one message that API Gateway answers with UNAUTHORIZED. Every other failure of an authorizer is a 5xx. */
const UNAUTHORIZED = 'Unauthorized';

/**
 * The authorizer's answers (docs/adr/0003-refusals.md):
 * Allow with the identity; Deny with `{code, detail}`, which API Gateway caches and the ACCESS_DENIED response turns
 * into a 401 that says why; an error for what must not be cached.
 */
export function makeAuthorize({ authenticate, log }: { authenticate: Authenticate; log: Log }): Authorize {
  return async ({ authorizationToken, methodArn }) => {
    try {
      const identity = await authenticate(authorizationToken);
      return {
        principalId: identity.userId,
        policyDocument: allowStage(methodArn),
        context: toAuthorizerContext(identity),
      };
    } catch (error) {
      return refuse(error, { methodArn, log });
    }
  };
}

/** @throws {Error} `Unauthorized` for a refusal that time may lift; whatever was thrown when the fault is ours. */
function refuse(
  error: unknown,
  { methodArn, log }: { methodArn: string; log: Log },
): APIGatewayAuthorizerResult {
  if (error instanceof KeysUnavailable) log.error('authentication unavailable', { code: error.code });
  if (!(error instanceof Rejection)) throw error;
  const { code, message: detail } = error;
  log.info('authentication refused', { code });
  if (!error.cacheable) throw new Error(UNAUTHORIZED);
  return { principalId: NOBODY, policyDocument: denyStage(methodArn), context: { code, detail } };
}
