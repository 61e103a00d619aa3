/**
 * The events and answers of Lambda authorizers, as far as this package reads and writes them. They have the shape of
 * `@types/aws-lambda`, so that a project needs these types no more than it needs those.
 */

/** Asked by a TOKEN authorizer of a REST API. */
export interface TokenAuthorizerEvent {
  readonly type: 'TOKEN';
  readonly authorizationToken: string;
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{verb}/{path}` */
  readonly methodArn: string;
}

/** The headers of a request. REST APIs keep the case of names, HTTP APIs use lower case. */
export interface HeaderEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** REST APIs alone: every value of a header. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
}

/** Asked by a REQUEST authorizer of a REST API. */
export interface RequestAuthorizerEvent extends HeaderEvent {
  readonly type: 'REQUEST';
  readonly methodArn: string;
}

/** Asked by a Lambda authorizer of an HTTP API, with payload format 2.0. */
export interface HttpApiAuthorizerEvent extends HeaderEvent {
  readonly version: string;
  readonly type: 'REQUEST';
  readonly routeArn: string;
}

/** An IAM policy about calls of an API. */
export interface Policy {
  Version: string;
  Statement: { Effect: 'Allow' | 'Deny'; Action: string; Resource: string }[];
}

/** The answer to a REST API. */
export interface PolicyResult {
  principalId: string;
  policyDocument: Policy;
  context?: Record<string, string>;
}

/** The answer to an HTTP API with simple responses. */
export interface SimpleResult {
  isAuthorized: boolean;
  context?: Record<string, string>;
}

/**
 * The Authorization header of a request, empty when there is none. Several are joined, as in HTTP. The
 * joined value is refused, so two readers cannot read two different tokens.
 */
export function readAuthorization({ headers, multiValueHeaders }: HeaderEvent): string {
  return Object.entries(multiValueHeaders ?? headers ?? {})
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => value ?? [])
    .join(', ');
}
