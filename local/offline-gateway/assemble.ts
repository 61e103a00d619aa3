import { describeApi, resolveFor } from './api/identity.ts';
import { readRestApi, type Target } from './api/rest-api.ts';
import type { Router } from './api/router.ts';
import type { OfflineOptions, Serverless } from './api/service.ts';
import { makeAuthorize } from './authorizer/authorize.ts';
import type { Grant } from './authorizer/outcome.ts';
import { makeResultCache } from './authorizer/result-cache.ts';
import { readApiKeys } from './gateway/api-keys.ts';
import type { Api } from './gateway/exchange.ts';
import { type Functions, makeFunctions } from './gateway/functions.ts';
import { type Handle, makeGateway } from './gateway/gateway.ts';
import { makeIsBinary } from './proxy/media-types.ts';
import { makeValidateSchema } from './proxy/validate.ts';
import type { FrameworkLog, Reporter } from './report.ts';
import { readCustomizations } from './responses/resources.ts';
import { findOfflineOptions, type ServerlessOffline } from './serverless-offline.ts';
import type { Settings } from './settings.ts';
import { asList } from './values.ts';

/** What the emulation is made from. */
export interface Ingredients {
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
export function assemble(ingredients: Ingredients): Assembled {
  const { serverless, cliOptions, offline, settings, reporter, log } = ingredients;
  const { service } = serverless;
  const options = findOfflineOptions(serverless, cliOptions);
  const api = describeApi(service, options, settings);
  const functions = makeLateFunctions(ingredients);
  const cache = makeResultCache<Grant>({ maximum: settings.maximumCachedResults, now: Date.now });
  const isCaching = process.env['SLS_OFFLINE_AUTH_CACHE'] !== 'off';
  const { invoke } = functions;
  if (options.noAuth) reporter.warning('--noAuth: every route is open, and no event has an authorizer.');
  const router = readRestApi(service, { settings, reporter, isOpen: options.noAuth === true });
  const handle = makeGateway({
    api,
    router,
    authorize: makeAuthorize({ invoke, cache, isCaching, settings, reporter, now: Date.now }),
    hasApiKey: readApiKeys(service, (key) => reporter.notice(`x-api-key for private methods: ${key}`)),
    validateSchema: makeValidateSchema(() => offline.require('jsonschema')),
    isBinary: makeIsBinary(asList(service.provider.apiGateway?.['binaryMediaTypes']).map(String)),
    invoke,
    customizations: readCustomizations(service.resources?.Resources, {
      resolve: resolveFor(service, api),
      reporter,
      escapeTemplateValues: settings.escapeTemplateValues,
    }),
    integrationTimeoutMs: options.noTimeout ? Number.POSITIVE_INFINITY : settings.integrationTimeoutMs,
    flush: { path: settings.flushPath, run: cache.flush },
    reporter,
    log: log.notice,
  });
  if (isCaching && !options.noAuth)
    reporter.notice(describeCache(ingredients, isTaken(router, api, settings.flushPath)));
  return {
    handle,
    reload() {
      functions.reload();
      // On AWS new code leaves the results standing; while one writes an authorizer that only hides what was written.
      cache.flush();
    },
  };
}

/** Not made before the first call: serverless-esbuild sets the folder of the bundles between the start and then. */
function makeLateFunctions({ serverless, cliOptions, offline }: Ingredients): Functions {
  let functions: Functions | undefined;
  return {
    invoke(...call) {
      functions ??= makeFunctions({
        Lambda: offline.Lambda,
        serverless,
        options: findOfflineOptions(serverless, cliOptions),
      });
      return functions.invoke(...call);
    },
    reload: () => functions?.reload(),
  };
}

/** A route of the service on the flush path wins, and the developer has to know. */
function isTaken(router: Router<Target>, { basePath }: Api, path: string): boolean {
  return path.startsWith(`${basePath}/`) && router.find('DELETE', path.slice(basePath.length)) !== undefined;
}

function describeCache({ serverless, cliOptions, settings }: Ingredients, isShadowed: boolean): string {
  const { host = 'localhost', httpPort = 3000 } = findOfflineOptions(serverless, cliOptions);
  const flush = isShadowed
    ? `a route of this service covers ${settings.flushPath}, so choose another custom.offlineGateway.flushPath to empty the cache`
    : `curl -X DELETE http://${host}:${httpPort}${settings.flushPath} empties the cache`;
  return `authorizer results are kept for their resultTtlInSeconds, as on AWS; ${flush}, SLS_OFFLINE_AUTH_CACHE=off switches it off.`;
}
