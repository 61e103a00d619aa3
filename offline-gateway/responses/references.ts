/** What a reference in a template or a response parameter can see of the request that is being refused. */
export interface ReferenceScope {
  /** `$context.<name>`, without `authorizer` and `error`. */
  readonly context: (name: string) => string | undefined;
  readonly authorizer: (name: string) => string | undefined;
  readonly error: (name: string) => string | undefined;
  readonly stageVariable: (name: string) => string | undefined;
  readonly request: (location: RequestLocation, name: string) => string | undefined;
}

export type RequestLocation = 'header' | 'path' | 'querystring';

/** A reference that was understood: reading it later cannot fail, it can only find nothing. */
export type Reference = (scope: ReferenceScope) => string | undefined;

/** GW-421, GW-428: `$context` names of REST gateway responses. Names for access logs only are not among them. */
const CONTEXT_NAMES = new Set(
  `accountId apiId awsEndpointRequestId deploymentId domainName domainPrefix extendedRequestId httpMethod path protocol
   requestId requestOverride requestTime requestTimeEpoch resourceId resourcePath stage isCanaryRequest
   identity.accountId identity.accessKey identity.apiKey identity.apiKeyId identity.caller
   identity.cognitoAuthenticationProvider identity.cognitoAuthenticationType identity.cognitoIdentityId
   identity.cognitoIdentityPoolId identity.principalOrgId identity.sourceIp identity.user identity.userAgent
   identity.userArn identity.vpcId identity.vpceId`.split(/\s+/),
);

const ERROR_NAMES = new Set(['message', 'messageString', 'responseType', 'validationErrorString']);
const LOCATIONS: readonly RequestLocation[] = ['header', 'path', 'querystring'];

/**
 * @param written without the dollar sign: `context.requestId`, `method.request.header.Origin`, `stageVariables.x`.
 * @returns undefined when the emulation does not know it, which stops the start.
 */
export function findReference(written: string): Reference | undefined {
  const [root = '', ...rest] = written.split('.');
  const name = rest.join('.');
  if (root === 'stageVariables' && /^\w+$/.test(name)) return (scope) => scope.stageVariable(name);
  if (root === 'method') return findRequestReference(rest);
  return root === 'context' ? findContextReference(name) : undefined;
}

function findContextReference(name: string): Reference | undefined {
  const [group, ...rest] = name.split('.');
  const inner = rest.join('.');
  if (group === 'authorizer') return /^\w+$/.test(inner) ? (scope) => scope.authorizer(inner) : undefined;
  if (group === 'error') return ERROR_NAMES.has(inner) ? (scope) => scope.error(inner) : undefined;
  return CONTEXT_NAMES.has(name) ? (scope) => scope.context(name) : undefined;
}

function findRequestReference(parts: readonly string[]): Reference | undefined {
  const [request, location, ...rest] = parts;
  const known = LOCATIONS.find((candidate) => candidate === location);
  const name = rest.join('.');
  if (request !== 'request' || known === undefined || name === '') return undefined;
  return (scope) => scope.request(known, name);
}
