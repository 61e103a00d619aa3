import { makeAuthorize } from './authorizer/authorize.ts';
import type { Grant } from './authorizer/outcome.ts';
import { makeResultCache, type ResultCache } from './authorizer/result-cache.ts';
import type { Api } from './exchange/exchange.ts';
import type { OfflineOptions, Serverless } from './framework.ts';
import { separateFunctions } from './functions/faults.ts';
import { type Functions, makeLateFunctions } from './functions/functions.ts';
import { readApiKeys } from './gateway/api-keys.ts';
import { type Handle, makeGateway } from './gateway/gateway.ts';
import { makeRestartHint } from './gateway/restart-hint.ts';
import { makeCompress } from './proxy/compress.ts';
import { makeIsBinary } from './proxy/media-types.ts';
import { makeValidateSchema } from './proxy/validate.ts';
import type { FrameworkLog, Reporter } from './report.ts';
import { readCustomizations } from './responses/resources.ts';
import { findOfflineOptions, type ServerlessOffline } from './serverless-offline.ts';
import { describeApi, resolveFor } from './service/api-address.ts';
import { hasAuthorizer, readRestApi, type Target } from './service/rest-api.ts';
import type { Router } from './service/router.ts';
import type { Settings } from './settings.ts';
import { asList } from './values.ts';

/** What the emulation is made from. */
export interface GatewayOptions {
  readonly serverless: Serverless;
  readonly cliOptions: OfflineOptions;
  readonly offline: ServerlessOffline;
  readonly settings: Settings;
  readonly reporter: Reporter;
  readonly log: FrameworkLog;
}

export interface Assembled {
  readonly handle: Handle;
  /** New code was built: the next call loads it. */
  readonly reload: () => void;
}

/**
 * Wires the emulation for one service.
 *
 * @throws {StartRefused} for anything in serverless.yml that could only be emulated wrongly.
 */
export function assemble(given: GatewayOptions): Assembled {
  const { serverless, cliOptions, settings, reporter } = given;
  const options = findOfflineOptions(serverless, cliOptions);
  const api = describeApi(serverless.service, options, settings);
  const router = readRestApi(serverless.service, { settings, reporter, isOpen: options.noAuth === true });
  separateFunctions();
  const functions = makeLateFunctions(given);
  const cache = makeResultCache<Grant>({ maximum: settings.maximumCachedResults, now: Date.now });
  const isCaching = process.env['SLS_OFFLINE_AUTH_CACHE'] !== 'off';
  const { invoke } = functions;
  const handle = makeGateway({
    ...readService(given, api),
    api,
    router,
    invoke,
    authorize: makeAuthorize({ invoke, cache, isCaching, settings, reporter, now: Date.now }),
    integrationTimeoutMs: options.noTimeout ? Number.POSITIVE_INFINITY : settings.integrationTimeoutMs,
    flush: { path: settings.flushPath, run: cache.flush },
    addRestartHint: makeRestartHint(serverless.serviceDir),
  });
  if (options.noAuth) reporter.warning('--noAuth: every route is open, and no event has an authorizer.');
  else if (isCaching && hasAuthorizer(serverless.service))
    reporter.notice(describeCache({ api, options, router, flushPath: settings.flushPath }));
  return { handle, reload: () => reload(functions, cache) };
}

/** The parts of the pipeline that come straight from serverless.yml. */
function readService(
  { serverless: { service }, offline, settings, reporter, log }: GatewayOptions,
  api: Api,
) {
  const { apiGateway } = service.provider;
  return {
    hasApiKey: readApiKeys(service, (key) => reporter.notice(`x-api-key for private methods: ${key}`)),
    validateSchema: makeValidateSchema(() => offline.require('jsonschema')),
    compress: makeCompress(apiGateway?.['minimumCompressionSize']),
    isBinary: makeIsBinary(asList(apiGateway?.['binaryMediaTypes']).map(String)),
    customizations: readCustomizations(service.resources?.Resources, {
      resolve: resolveFor(service, api),
      reporter,
      escapeTemplateValues: settings.escapeTemplateValues,
      restApiId: apiGateway?.['restApiId'],
    }),
    reporter,
    log: log.notice,
  };
}

/** On AWS new code does not empty the cache. Here it does, because cached results would hide a change of the authorizer. */
function reload(functions: Functions, cache: ResultCache<Grant>): void {
  functions.reload();
  cache.flush();
}

interface CacheDescription {
  readonly api: Api;
  readonly options: OfflineOptions;
  readonly router: Router<Target>;
  readonly flushPath: string;
}

/** How to empty the authorizer result cache and how to do without. */
export function describeCache({ api, options, router, flushPath }: CacheDescription): string {
  const { host = 'localhost', httpPort = 3000 } = options;
  const flush = isTaken(router, api, flushPath)
    ? `a route of this service covers ${flushPath}, so choose another custom.offlineGateway.flushPath to empty the cache`
    : `curl -X DELETE http://${host}:${httpPort}${flushPath} empties the cache`;
  return `authorizer results are kept for their resultTtlInSeconds, as on AWS; ${flush}, SLS_OFFLINE_AUTH_CACHE=off switches it off.`;
}

/** A route of the service on the flush path wins, and the developer has to know. */
function isTaken(router: Router<Target>, { basePath }: Api, path: string): boolean {
  return path.startsWith(`${basePath}/`) && router.find('DELETE', path.slice(basePath.length)) !== undefined;
}
