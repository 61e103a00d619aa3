import type { Serverless } from '../framework.ts';
import { type RequestRules, readRules } from '../proxy/request-rules.ts';
import { type Reporter, StartRefused } from '../report.ts';
import type { Settings } from '../settings.ts';
import { asList, findText, isRecord, type UnknownRecord } from '../values.ts';
import type { Authorizer } from './authorizer-definition.ts';
import { type FindAuthorizer, NO_AUTH_HINT, readAuthorizers } from './authorizer-definitions.ts';
import { type CorsMethod, corsMethod, mergeCors } from './cors.ts';
import { requireDeployable } from './requirements.ts';
import { makeRouter, normalTemplate, type Router } from './router.ts';

/** What a path and a method lead to. */
export type Target =
  | ProxyTarget
  | { readonly kind: 'cors'; readonly cors: CorsMethod }
  | { readonly kind: 'stock' };

export interface ProxyTarget {
  readonly kind: 'proxy';
  readonly functionKey: string;
  readonly authorizer: Authorizer | undefined;
  /** GW-448: `private: true`. */
  readonly needsApiKey: boolean;
  readonly rules: RequestRules;
  /** `timeoutInMillis` of the event or of `provider.apiGateway`. */
  readonly timeoutMs: number | undefined;
}

interface HttpEvent {
  readonly functionKey: string;
  readonly method: string;
  readonly path: string;
  readonly definition: UnknownRecord;
}

interface Context {
  readonly settings: Settings;
  readonly reporter: Reporter;
  /** `--noAuth`: every route is open, and none needs an API key. */
  readonly isOpen: boolean;
}

/** True when the service has an http event, which is what this plugin answers. */
export function hasRestApi(service: Serverless['service']): boolean {
  return listEvents(service).some(({ event }) => event['http'] !== undefined);
}

/** True when an http event has an authorizer. */
export function hasAuthorizer(service: Serverless['service']): boolean {
  return listEvents(service).some(({ event: { http } }) => isRecord(http) && Boolean(http['authorizer']));
}

/** Reads the http events of the service into a router, CORS methods included. */
export function readRestApi(service: Serverless['service'], context: Context): Router<Target> {
  const events = readEvents(service, context.isOpen);
  requireDeployable(service, events, context);
  const findAuthorizer = readAuthorizers(
    events
      .map((event) => ({ given: event.definition['authorizer'], route: routeOf(event) }))
      .filter(({ given }) => !context.isOpen && given !== undefined && given !== null),
    { ...context, hasFunction: (key) => service.getAllFunctions().includes(key) },
  );
  const router = makeRouter<Target>();
  addCorsMethods(router, events);
  for (const event of events) {
    router.add(event.method, event.path, readTarget(event, findAuthorizer, service, context));
  }
  return router;
}

function routeOf({ method, path }: HttpEvent): string {
  return `${method} ${path}`;
}

/** True for an http event that this plugin answers itself; the others stay with serverless-offline. */
function isProxyIntegration(definition: UnknownRecord): boolean {
  const integration = findText(definition['integration'])?.toUpperCase().replace('-', '_');
  if (integration === undefined) return !definition['async'];
  return integration === 'AWS_PROXY' || integration === 'LAMBDA_PROXY';
}

function listEvents(service: Serverless['service']) {
  return service.getAllFunctions().flatMap((functionKey) =>
    asList(service.getFunction(functionKey).events)
      .filter(isRecord)
      .map((event) => ({ functionKey, event })),
  );
}

function readEvents(service: Serverless['service'], isOpen: boolean): readonly HttpEvent[] {
  return listEvents(service).flatMap(({ functionKey, event }) => {
    if (!isOpen) requireOpenHttpApi(functionKey, event['httpApi']);
    return event['http'] === undefined ? [] : [readEvent(functionKey, event['http'])];
  });
}

/** GW-606: a limit above 29 s is deployed only where the account's quota was raised. */
function readTimeout(
  event: HttpEvent,
  service: Serverless['service'],
  reporter: Reporter,
): number | undefined {
  const given = Number(
    event.definition['timeoutInMillis'] ?? service.provider.apiGateway?.['timeoutInMillis'],
  );
  if (!(given > 0)) return undefined;
  if (given > 29_000) {
    reporter.once(
      `timeout ${given}`,
      `timeoutInMillis is ${given} for ${routeOf(event)}: above 29000, a deployment fails until the quota of the account is raised.`,
    );
  }
  return given;
}

/** GW-1003: authorizers of HTTP APIs are another product; their routes must not end up open. */
function requireOpenHttpApi(functionKey: string, httpApi: unknown): void {
  if (!isRecord(httpApi) || httpApi['authorizer'] === undefined) return;
  throw new StartRefused(
    `the httpApi event of ${functionKey} has an authorizer; this emulation covers REST APIs (http events), and the route must not stay open. ${NO_AUTH_HINT}`,
  );
}

function readEvent(functionKey: string, http: unknown): HttpEvent {
  const [shortMethod, shortPath] = typeof http === 'string' ? http.trim().split(/\s+/) : [];
  const definition = isRecord(http) ? http : {};
  const method = findText(definition['method']) ?? shortMethod;
  const path = findText(definition['path']) ?? shortPath;
  if (method === undefined || path === undefined) {
    throw new StartRefused(`an http event of ${functionKey} has no method or no path.`);
  }
  const upper = method.toUpperCase();
  return { functionKey, method: upper === '*' ? 'ANY' : upper, path: normalTemplate(path), definition };
}

function readTarget(
  event: HttpEvent,
  findAuthorizer: FindAuthorizer,
  service: Serverless['service'],
  { isOpen, reporter }: Context,
): Target {
  const { definition, functionKey } = event;
  if (!isProxyIntegration(definition)) {
    if (isOpen || definition['authorizer'] === undefined || definition['authorizer'] === null)
      return { kind: 'stock' };
    throw new StartRefused(
      `${routeOf(event)} has an authorizer in front of a non-proxy integration, which this emulation does not cover; the route must not stay open. ${NO_AUTH_HINT}`,
    );
  }
  return {
    kind: 'proxy',
    functionKey,
    authorizer: isOpen ? undefined : findAuthorizer(definition['authorizer'], routeOf(event)),
    needsApiKey: definition['private'] === true && !isOpen,
    rules: readRules(definition['request'], service.provider.apiGateway),
    timeoutMs: readTimeout(event, service, reporter),
  };
}

/** Added before the routes: an OPTIONS method of the service's own replaces the MOCK one. */
function addCorsMethods(router: Router<Target>, events: readonly HttpEvent[]): void {
  const merged = new Map<string, ReturnType<typeof mergeCors>>();
  for (const { definition, method, path } of events) {
    if (definition['cors']) merged.set(path, mergeCors(merged.get(path), definition['cors'], method));
  }
  for (const [path, cors] of merged) router.add('OPTIONS', path, { kind: 'cors', cors: corsMethod(cors) });
}
