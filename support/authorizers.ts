import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { makeAuthenticate } from '../authorizer/authenticate.ts';
import { makeAuthorize } from '../authorizer/authorize.ts';
import { type AuthorizerConfig, readAuthorizerConfig } from '../authorizer/config.ts';
import { KeysUnavailable, Rejection } from '../authorizer/rejections.ts';
import type { Env } from '../common/env.ts';
import { recordLines } from './logs.ts';
import { bearer, ISSUER, type KeyPair, SECRET, now as standingClock } from './tokens.ts';

export const METHOD_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/api/tasks';

/** Settings of a deployment in shared-secret mode. */
export const SECRET_ENV: Env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };

/** Settings of a deployment that holds the public keys themselves. */
export function keysEnv(...pairs: readonly KeyPair[]): Env {
  return { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS: JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }) };
}

export interface AuthorizerOptions {
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

/** The authorizer as the Lambda entry wires it, from an environment, with its log lines kept. */
export function startAuthorizer(env: Env, { now = standingClock, fetch }: AuthorizerOptions = {}) {
  const { log, lines, entries } = recordLines();
  const config: AuthorizerConfig = readAuthorizerConfig(env);
  const authenticate = makeAuthenticate(config, { log, now, ...(fetch && { fetch }) });
  const authorize = makeAuthorize({ authenticate, log });
  return { authenticate, authorize, config, lines, entries };
}

export function tokenEvent(
  authorizationToken: string | undefined,
  methodArn = METHOD_ARN,
): APIGatewayTokenAuthorizerEvent {
  return { type: 'TOKEN', authorizationToken: authorizationToken as string, methodArn };
}

/**
 * The verdict in one word: `allow`, the code of the refusal, or what the gateway makes of an error. A refusal that is
 * not to be cached carries a `~`.
 */
export async function verdictOf(
  authorizer: Pick<ReturnType<typeof startAuthorizer>, 'authorize' | 'authenticate'>,
  token: string,
): Promise<string> {
  return verdictOnHeader(authorizer, bearer(token));
}

/** As {@link verdictOf}, for a whole Authorization header. */
export async function verdictOnHeader(
  authorizer: Pick<ReturnType<typeof startAuthorizer>, 'authorize' | 'authenticate'>,
  header: string | undefined,
): Promise<string> {
  const result = await authorizer.authorize(tokenEvent(header)).catch((error: Error) => error);
  if (!(result instanceof Error))
    return effectOf(result) === 'Allow' ? 'allow' : String(result.context?.['code']);
  if (result instanceof KeysUnavailable) return 'unavailable';
  if (result.message !== 'Unauthorized') return `crash: ${result.message}`;
  return authorizer.authenticate(header).then(
    () => 'allow',
    (error: unknown) => (error instanceof Rejection ? `~${error.code}` : 'crash'),
  );
}

export function effectOf(result: APIGatewayAuthorizerResult): string {
  const effects = new Set(result.policyDocument.Statement.map(({ Effect }) => Effect));
  return [...effects].join();
}
