import { createRequire } from 'node:module';
import { join } from 'node:path';
import { assemble } from './assemble.ts';
import type { OfflineOptions, Serverless } from './framework.ts';
import { makeProvider, type Provider } from './gateway/hapi.ts';
import { type FrameworkLog, makeReporter } from './report.ts';
import { requireFreeProvider, requireServerlessOffline } from './serverless-offline.ts';
import { hasRestApi } from './service/rest-api.ts';
import { readSettings } from './settings.ts';
import { isRecord } from './values.ts';

/** The running emulation, as far as the hooks of the plugin need it. */
interface OfflineGateway {
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
  serverless.service.custom ??= {};
  const { custom } = serverless.service;
  const settings = readSettings(custom['offlineGateway']);
  if (!hasRestApi(serverless.service)) return { reload: () => undefined };
  const offline = await requireServerlessOffline(serverless.serviceDir);
  requireFreeProvider(custom, PROVIDER_FILE);
  const { handle, reload } = assemble({ serverless, cliOptions, offline, settings, reporter, log });
  install(
    custom,
    makeProvider(handle, () => releaseProvider(serverless)),
  );
  return { reload };
}

/** The provider module is CommonJS, and the same copy that serverless-offline will load. */
function install(custom: Record<string, unknown>, provider: Provider): void {
  const loaded: { readonly answerWith: (provider: Provider) => void } = createRequire(import.meta.url)(
    PROVIDER_FILE,
  );
  loaded.answerWith(provider);
  const { offline } = custom;
  custom['offline'] = { ...(isRecord(offline) && offline), customAuthenticationProvider: PROVIDER_FILE };
  // GW-1004: serverless-offline lets these two speak for the authorizer on the routes it keeps.
  delete process.env['AUTHORIZER'];
  delete process.env['PRINCIPAL_ID'];
}

/** GW-704: serverless-offline looks at the setting again on every request, and would invent an authorizer because of it. */
function releaseProvider(serverless: Serverless): void {
  const offline = serverless.service.custom?.['offline'];
  if (isRecord(offline)) Reflect.deleteProperty(offline, 'customAuthenticationProvider');
}
