import { createHash } from 'node:crypto';
import { type Exchange, findHeader } from './exchange.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MADE_UP = new Map<string, string>();

/** GW-704 to GW-708: the `requestContext` as recorded from AWS. `authorizer` is present only behind an authorizer. */
export function requestContext(exchange: Exchange) {
  const { api, req, route } = exchange;
  const domainName = findHeader(req, 'host') ?? '';
  return {
    resourceId: madeUpId(`${api.apiId}${route?.template ?? ''}`, 6),
    ...(exchange.authorizer && { authorizer: { ...exchange.authorizer } }),
    resourcePath: route?.template ?? '',
    httpMethod: exchange.method,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: commonLogTime(exchange.receivedMs),
    path: exchange.contextPath,
    accountId: api.accountId,
    protocol: `HTTP/${req.httpVersion}`,
    stage: api.stage,
    domainPrefix: domainName.split(/[.:]/)[0] ?? '',
    requestTimeEpoch: exchange.receivedMs,
    requestId: exchange.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: exchange.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: findHeader(req, 'user-agent') ?? null,
      user: null,
      ...(exchange.apiKey && { apiKey: exchange.apiKey, apiKeyId: madeUpId(exchange.apiKey, 10) }),
    },
    domainName,
    deploymentId: madeUpId(`${api.apiId} deployment`, 6),
    apiId: api.apiId,
  };
}

/** Lower-case letters and digits, always the same for the same seed: AWS ids carry no more meaning than that. */
export function madeUpId(seed: string, length: number): string {
  const known = MADE_UP.get(seed);
  if (known !== undefined) return known;
  const id = BigInt(`0x${createHash('sha256').update(seed).digest('hex')}`)
    .toString(36)
    .slice(0, length);
  MADE_UP.set(seed, id);
  return id;
}

/** `09/Apr/2015:12:34:56 +0000` */
function commonLogTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
