import { toAuthorizerContext } from '../common/identity.ts';
import type { Log } from '../common/log.ts';
import type { Authenticate } from './authenticate.ts';
import {
  type PolicyResult,
  type RequestAuthorizerEvent,
  readAuthorization,
  type TokenAuthorizerEvent,
} from './events.ts';
import { allowStage, denyAll, denyStage } from './policy.ts';
import { KeysUnavailable, Rejection } from './rejections.ts';
import { withoutMessage } from './unforeseen.ts';

/** Answers an authorizer of a REST API. */
export type Authorize = (event: TokenAuthorizerEvent | RequestAuthorizerEvent) => Promise<PolicyResult>;

export interface AuthorizeServices {
  readonly authenticate: Authenticate;
  readonly log: Log;
}

/** `principalId` of a Deny: API Gateway's documentation demands one, and no caller was authenticated. */
const UNAUTHENTICATED = 'unauthenticated';

/** The one message that API Gateway answers with UNAUTHORIZED. Every other failure of an authorizer is a 5xx. */
const UNAUTHORIZED = 'Unauthorized';

/** The metric filters of the deployment count by the messages and by `thrown`; tests/deploy holds the two together. */
const ALLOWED = 'authentication allowed';

/**
 * The authorizer's answers (docs/adr/0003-refusals.md):
 *
 * - Allow with the identity;
 * - Deny with `{code, detail}`, which API Gateway caches; the ACCESS_DENIED response makes it a 401 that says why;
 * - an error for what must not be cached.
 */
export function makeAuthorize(services: AuthorizeServices): Authorize {
  return async (event) => {
    if (!isQuestion(event)) {
      services.log.info('invoked without a request');
      return { principalId: UNAUTHENTICATED, policyDocument: denyAll() };
    }
    const { methodArn } = event;
    try {
      const header = event.type === 'REQUEST' ? readAuthorization(event) : event.authorizationToken;
      const identity = await services.authenticate(header);
      const policyDocument = allowStage(methodArn);
      services.log.info(ALLOWED);
      return { principalId: identity.userId, policyDocument, context: toAuthorizerContext(identity) };
    } catch (error) {
      return refuse(error, methodArn, services.log);
    }
  };
}

/** False for a scheduled event that keeps an instance warm and for a test event of the console, such as `{}`. */
function isQuestion(event: unknown): event is TokenAuthorizerEvent | RequestAuthorizerEvent {
  return Object(event).methodArn !== undefined;
}

/** @throws {Error} `Unauthorized` for a refusal that time may lift; another when the fault is ours. */
function refuse(error: unknown, methodArn: string, log: Log): PolicyResult {
  if (error instanceof KeysUnavailable) log.error('authentication unavailable', { code: error.code });
  if (!(error instanceof Rejection)) throw withoutMessage(error);
  const { code, message: detail } = error;
  // Lambda counts what is thrown as an error of the function; the alarm subtracts these refusals (docs/adr/0011).
  log.info('authentication refused', { code, ...(!error.cacheable && { thrown: true }) });
  if (!error.cacheable) throw new Error(UNAUTHORIZED);
  return { principalId: UNAUTHENTICATED, policyDocument: denyStage(methodArn), context: { code, detail } };
}
