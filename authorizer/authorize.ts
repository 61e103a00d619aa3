import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { isAppError } from '../common/app-error.ts';
import { toAuthorizerContext } from '../common/identity.ts';
import type { Log } from '../common/log.ts';
import type { Authenticate } from './authenticate.ts';
import { allowStage, denyAll, denyStage } from './policy.ts';
import { KeysUnavailable, Rejection } from './rejections.ts';

export type Authorize = (event: APIGatewayTokenAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

export interface AuthorizeServices {
  readonly authenticate: Authenticate;
  readonly log: Log;
}

/** `principalId` of a Deny: API Gateway's documentation demands one, and nobody was authenticated. */
const NOBODY = 'unauthenticated';

/** The one message that API Gateway answers with UNAUTHORIZED. Every other failure of an authorizer is a 5xx. */
const UNAUTHORIZED = 'Unauthorized';

/** The metric filters of the deployment count by the messages and by `thrown`; tests/deploy holds the two together. */
const ALLOWED = 'authentication allowed';

/**
 * The authorizer's answers (docs/adr/0003-refusals.md):
 * Allow with the identity; Deny with `{code, detail}`, which API Gateway caches and the ACCESS_DENIED response turns
 * into a 401 that says why; an error for what must not be cached.
 */
export function makeAuthorize(services: AuthorizeServices): Authorize {
  return async (event) => {
    if (!isQuestion(event)) {
      services.log.info('invoked without a request');
      return { principalId: NOBODY, policyDocument: denyAll() };
    }
    const { authorizationToken, methodArn } = event;
    try {
      const identity = await services.authenticate(authorizationToken);
      const policyDocument = allowStage(methodArn);
      services.log.info(ALLOWED);
      return { principalId: identity.userId, policyDocument, context: toAuthorizerContext(identity) };
    } catch (error) {
      return refuse(error, methodArn, services.log);
    }
  };
}

/** False for a scheduled event that keeps an instance warm and for a test event of the console, such as `{}`. */
function isQuestion(event: unknown): event is APIGatewayTokenAuthorizerEvent {
  return Object(event).methodArn !== undefined;
}

/** @throws {Error} `Unauthorized` for a refusal that time may lift; another when the fault is ours. */
function refuse(error: unknown, methodArn: string, log: Log): APIGatewayAuthorizerResult {
  if (error instanceof KeysUnavailable) log.error('authentication unavailable', { code: error.code });
  if (!(error instanceof Rejection)) throw withoutMessage(error);
  const { code, message: detail } = error;
  // Lambda counts what is thrown as an error of the function; the alarm subtracts these refusals (docs/adr/0011).
  log.info('authentication refused', { code, ...(!error.cacheable && { thrown: true }) });
  if (!error.cacheable) throw new Error(UNAUTHORIZED);
  return { principalId: NOBODY, policyDocument: denyStage(methodArn), context: { code, detail } };
}

/**
 * What Lambda may write to its log about a fault of ours: where it happened, in words of our own. The message of an
 * unforeseen error may quote its input, and the input is a token; it might even read `Unauthorized`, and sign users out.
 */
function withoutMessage(error: unknown): unknown {
  if (isAppError(error)) return error;
  const { name = typeof error, message, stack } = Object(error) as Partial<Error>;
  const frames = String(stack)
    .replace(String(message), '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  const safe = new Error(`the authorizer failed: ${name}`);
  safe.stack = [safe.message, ...frames].join('\n');
  return safe;
}
