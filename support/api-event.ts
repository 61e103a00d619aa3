import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Identity, toAuthorizerContext } from '../common/identity.ts';
import { NOW_MS, NOW_S } from './tokens.ts';

export { NOW_MS };

/** A caller as the authorizer describes them, whose token is valid for another minute. */
export function identityOf(userId: string, changes: Partial<Identity> = {}): Identity {
  return { userId, email: `${userId}@example.com`, emailVerified: true, expiresAt: NOW_S + 60, ...changes };
}

export interface EventOptions {
  readonly method?: string;
  /** As the client asked for it, after the stage. */
  readonly path?: string;
  /** What precedes the path in `requestContext.path`: the stage or a base path. */
  readonly stage?: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string | readonly string[]>;
  readonly headers?: Record<string, string>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly base64?: boolean;
  /** `body` is base64 already. */
  readonly raw64?: boolean;
  readonly sourceIp?: string;
  /** `requestContext.authorizer` as it is; absent on routes without an authorizer. */
  readonly authorizer?: unknown;
  /** Short for the authorizer context of this user. */
  readonly caller?: Identity | string;
}

/** The id that API Gateway makes, and that no client can choose. */
export const EXTENDED_REQUEST_ID = 'JKJaXmPLvHcESHA=';

const HEADERS = { Host: 'api.example.com', 'X-Forwarded-Proto': 'https' };

/** The event of a Lambda proxy integration, as API Gateway makes it. */
export function apiEvent(options: EventOptions = {}): APIGatewayProxyEvent {
  const { method = 'GET', path = '/api/tasks', stage = '/dev', query = {} } = options;
  const body = bodyOf(options);
  const headers = {
    ...HEADERS,
    ...(body !== null && { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const values = Object.entries(query).map(([name, value]) => [name, [value].flat()] as const);
  const event = {
    resource: path,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: values.length
      ? Object.fromEntries(values.map(([name, all]) => [name, all.at(-1)]))
      : null,
    multiValueQueryStringParameters: values.length ? Object.fromEntries(values) : null,
    pathParameters: options.pathParameters ?? null,
    stageVariables: null,
    body: body !== null && options.base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: options.base64 ?? options.raw64 ?? false,
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      httpMethod: method,
      identity: { sourceIp: options.sourceIp ?? '192.0.2.1' },
      path: `${stage}${path}`,
      // A client of API Gateway can choose this one.
      requestId: 'chosen "by" the client',
      extendedRequestId: EXTENDED_REQUEST_ID,
      stage: 'dev',
      ...(contextOf(options) !== undefined && { authorizer: contextOf(options) }),
    },
  };
  return event as unknown as APIGatewayProxyEvent;
}

function bodyOf({ body }: EventOptions): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** With what API Gateway adds to the context of the authorizer. */
function contextOf({ authorizer, caller }: EventOptions): unknown {
  if (caller === undefined) return authorizer;
  const identity = typeof caller === 'string' ? identityOf(caller) : caller;
  return { ...toAuthorizerContext(identity), principalId: identity.userId, integrationLatency: 0 };
}
