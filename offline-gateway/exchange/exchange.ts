import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Where the API lives: what methodArn, requestContext and the URL have in common. */
export interface Api {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  /** In front of every path: `/dev`, `/prefix/dev`, or empty with `noPrependStageInUrl`. */
  readonly basePath: string;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly isTls: boolean;
}

/** One request as the gateway sees it, before and after routing. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly api: Api;
  readonly requestId: string;
  /** `x-amz-apigw-id` and `$context.extendedRequestId`. */
  readonly extendedRequestId: string;
  readonly receivedMs: number;
  readonly method: string;
  /** Event `path`: as sent, without stage, leading slashes collapsed (GW-904). Empty outside the stage: no route matches. */
  readonly path: string;
  /** `requestContext.path`: as sent, with the base path. */
  readonly contextPath: string;
  readonly query: string;
  readonly sourceIp: string;
  /** Unset for an unknown route, and until routing. */
  route?: { readonly template: string; readonly pathParameters: Readonly<Record<string, string>> | null };
  /** The key that let a request to a `private` method in. */
  apiKey?: string;
  /** What the authorizer's answer adds: `principalId` and context. Also there when the answer was a denial. */
  authorizer?: Readonly<Record<string, string | number | null>>;
}

/** Opens a request. */
export function openExchange(req: IncomingMessage, api: Api): Exchange {
  const url = originForm(req.url ?? '/');
  const queryAt = url.indexOf('?');
  const contextPath = stagePath(api.basePath, queryAt === -1 ? url : url.slice(0, queryAt));
  const requestId = randomUUID();
  return {
    req,
    api,
    requestId,
    extendedRequestId: `${Buffer.from(requestId.slice(0, 15)).toString('base64url').slice(0, 15)}=`,
    receivedMs: Date.now(),
    method: findOverride(req) ?? req.method ?? 'GET',
    path: pathInside(api.basePath, contextPath),
    contextPath,
    query: queryAt === -1 ? '' : url.slice(queryAt + 1),
    sourceIp: (req.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
  };
}

/** Value of a request header. The case of its name does not matter. */
export function findHeader(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** GW-912: API Gateway lets this header choose the method. */
function findOverride(req: IncomingMessage): string | undefined {
  const override = req.headers['x-http-method-override'];
  return typeof override === 'string' && /^[A-Za-z]+$/.test(override) ? override.toUpperCase() : undefined;
}

/** A request line may carry a whole URL; only its path and query matter here. */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '').replace(/^(?!\/)/, '/');
}

/** GW-915: several slashes before the stage count as one. */
function stagePath(basePath: string, path: string): string {
  return basePath === '' ? path : path.replace(/^\/+/, '/');
}

/** Empty for a path outside the base path: no route can match it. */
function pathInside(basePath: string, path: string): string {
  if (basePath !== '' && !path.startsWith(`${basePath}/`)) return '';
  return `/${path.slice(basePath.length).replace(/^\/+/, '')}`;
}
