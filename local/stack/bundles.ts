import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyLocalSettings } from '../settings/apply-settings.ts';
import { LocalProblem } from '../settings/local-problem.ts';
import { type BundledFunctions, bundleOptions, entriesOf } from './bundle-options.ts';
import { makeBundler } from './bundler.ts';
import { showSourceLines } from './source-lines.ts';
import { watchSources } from './watch.ts';

/** Tells serverless-offline and the offline gateway that bundles are new. */
const RELOAD = 'offline:functionsUpdated';

/** What is read of the framework. */
export interface BundledService {
  readonly serviceDir: string;
  readonly service: BundledFunctions;
  readonly pluginManager: { readonly spawn: (event: string) => Promise<void> };
}

/**
 * Bundles all functions and goes on with it whenever a source is saved.
 *
 * @returns the folder of the bundles, once there are some.
 * @throws {LocalProblem} when they do not compile or cannot be written.
 */
export async function watchBundles({ service, serviceDir, pluginManager }: BundledService): Promise<string> {
  const folder = join(applyLocalSettings().dataDirectory, 'bundles');
  showSourceLines(serviceDir);
  const entries = entriesOf(service);
  const bundler = makeBundler({ options: bundleOptions(service), entries, folder, serviceDir });
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new LocalProblem(`The bundles cannot be written to ${folder}: ${error.message}`);
  });
  const first = await bundler.buildAll();
  if (!first.ok) throw new LocalProblem(`${first.report}\n\nThe functions do not compile.`);
  await bundler.rest();
  watchSources({
    serviceDir,
    bundler,
    entries,
    reload: () => pluginManager.spawn(RELOAD),
    say: (text) => console.error(text),
  });
  return folder;
}
