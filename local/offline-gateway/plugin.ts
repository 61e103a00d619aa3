import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describeApi, resolveFor } from './api/identity.ts';
import { readRestApi } from './api/rest-api.ts';
import type { OfflineOptions, Serverless } from './api/service.ts';
import { makeAuthorize } from './authorizer/authorize.ts';
import type { Grant } from './authorizer/outcome.ts';
import { makeResultCache } from './authorizer/result-cache.ts';
import { readApiKeys } from './gateway/api-keys.ts';
import { type Functions, makeFunctions } from './gateway/functions.ts';
import { type Handle, makeGateway } from './gateway/gateway.ts';
import { makeProvider, type Provider } from './gateway/hapi.ts';
import { makeIsBinary } from './proxy/media-types.ts';
import { makeValidateSchema } from './proxy/validate.ts';
import { type FrameworkLog, makeReporter, type Reporter } from './report.ts';
import { readCustomizations } from './responses/resources.ts';
import { findOfflineOptions, requireFreeProvider, requireServerlessOffline } from './serverless-offline.ts';
import { readSettings, type Settings } from './settings.ts';
import { asList, isRecord } from './values.ts';

/** The running emulation, as far as the hooks of the plugin need it. */
export interface OfflineGateway {
  /** New code was built: the next call loads it. */
  readonly reload: () => void;
}

const PROVIDER_FILE = join(import.meta.dirname, 'provider.cjs');

/**
 * Reads serverless.yml, and puts the emulation where serverless-offline will pick it up.
 *
 * @param cliOptions the command line, as the framework hands it to plugins.
 * @throws {StartRefused} for anything that could only be emulated wrongly.
 */
export async function startOfflineGateway(
  serverless: Serverless,
  cliOptions: OfflineOptions,
  log: FrameworkLog,
): Promise<OfflineGateway> {
  const reporter = makeReporter(log);
  const settings = readSettings(serverless.service.custom?.['offlineGateway']);
  const offline = await requireServerlessOffline(serverless.serviceDir);
  requireFreeProvider(serverless.service.custom ?? {}, PROVIDER_FILE);
  let functions: Functions | undefined;
  // Not before the first call: serverless-esbuild sets the folder of the bundles between here and there.
  const findFunctions = () => {
    const options = findOfflineOptions(serverless, cliOptions);
    functions ??= makeFunctions({ Lambda: offline.Lambda, serverless, options });
    return functions;
  };
  const handle = assemble({
    serverless,
    cliOptions,
    settings,
    reporter,
    log,
    findFunctions,
    require: offline.require,
  });
  install(
    serverless,
    makeProvider(handle, () => releaseProvider(serverless)),
  );
  return { reload: () => functions?.reload() };
}

interface Parts {
  readonly serverless: Serverless;
  readonly cliOptions: OfflineOptions;
  readonly settings: Settings;
  readonly reporter: Reporter;
  readonly log: FrameworkLog;
  readonly findFunctions: () => Functions;
  /** Resolves from serverless-offline's own folder. */
  readonly require: NodeJS.Require;
}

function assemble({
  serverless,
  cliOptions,
  settings,
  reporter,
  log,
  findFunctions,
  require,
}: Parts): Handle {
  const { service } = serverless;
  const options = findOfflineOptions(serverless, cliOptions);
  const api = describeApi(service, options, settings);
  if (options.noAuth) reporter.warning('--noAuth: every route is open, and no event has an authorizer.');
  const cache = makeResultCache<Grant>({ maximum: settings.maximumCachedResults, now: Date.now });
  const isCaching = process.env['SLS_OFFLINE_AUTH_CACHE'] !== 'off';
  const invoke: Functions['invoke'] = (...call) => findFunctions().invoke(...call);
  return makeGateway({
    api,
    router: readRestApi(service, { settings, reporter, isOpen: options.noAuth === true }),
    authorize: makeAuthorize({ invoke, cache, isCaching, settings, reporter, now: Date.now }),
    hasApiKey: readApiKeys(service, (key) => reporter.notice(`x-api-key for private methods: ${key}`)),
    validateSchema: makeValidateSchema(() => require('jsonschema')),
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
}

/** The provider module is CommonJS, and the same copy that serverless-offline will load. */
function install(serverless: Serverless, provider: Provider): void {
  const loaded: { readonly answerWith: (provider: Provider) => void } = createRequire(import.meta.url)(
    PROVIDER_FILE,
  );
  loaded.answerWith(provider);
  serverless.service.custom ??= {};
  const { offline } = serverless.service.custom;
  serverless.service.custom['offline'] = {
    ...(isRecord(offline) && offline),
    customAuthenticationProvider: PROVIDER_FILE,
  };
  // A23: serverless-offline lets these two speak for the authorizer on the routes it keeps.
  delete process.env['AUTHORIZER'];
  delete process.env['PRINCIPAL_ID'];
}

/** I14: serverless-offline looks at the setting again on every request, and would invent an authorizer because of it. */
function releaseProvider(serverless: Serverless): void {
  const offline = serverless.service.custom?.['offline'];
  if (typeof offline === 'object' && offline !== null)
    Reflect.deleteProperty(offline, 'customAuthenticationProvider');
}
