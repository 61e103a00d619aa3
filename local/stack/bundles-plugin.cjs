const { mkdir, rename, writeFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');
const esbuild = require('esbuild');

const RELOAD = 'offline:functionsUpdated';

/**
 * Serverless plugin: the bundles that `serverless offline` runs, made anew whenever something in them changes. It takes
 * the place of serverless-esbuild, which takes long to load and bundles function by function, so that the SDK is read
 * seven times. Options and bytes are those of the deployed bundles (tests/e2e). List it before serverless-offline.
 *
 * Plain JavaScript because the framework loads it with whatever Node it runs on.
 */
module.exports = class BundlesPlugin {
  constructor(serverless, { help }) {
    // Begun here, because while the framework looks at its configuration a second processor has nothing else to do.
    const bundled = help ? undefined : watchBundles(serverless);
    bundled?.catch(() => {});
    const useBundles = async () => {
      const location = await bundled;
      const { custom } = serverless.service;
      custom['serverless-offline'] = { location, ...custom['serverless-offline'] };
    };
    this.hooks = { 'before:offline:start': useBundles, 'before:offline:start:init': useBundles };
  }
};

/**
 * Resolves with the folder of the first bundles. esbuild itself prints what does not compile; until it does, the last
 * bundles stay.
 */
async function watchBundles({ service, serviceDir, pluginManager, classes }) {
  const { applyLocalSettings } = await import('../settings/apply-settings.ts');
  const folder = join(applyLocalSettings().dataDirectory, 'bundles');
  const options = bundleOptions(service, serviceDir);
  return new Promise((resolve, reject) => {
    let passes = 0;
    const onEnd = async ({ errors, outputFiles }) => {
      passes += 1;
      if (errors.length > 0) return reject(new classes.Error('The functions do not compile.'));
      try {
        await Promise.all(outputFiles.map(writeBundle));
      } catch (error) {
        if (passes > 1) throw error;
        return reject(new classes.Error(`The bundles cannot be written to ${folder}: ${error.message}`));
      }
      return passes === 1 ? resolve(folder) : pluginManager.spawn(RELOAD);
    };
    const plugins = [{ name: 'bundles', setup: (build) => build.onEnd(onEnd) }];
    esbuild
      .context({ ...options, outdir: folder, write: false, logLevel: 'warning', plugins })
      .then((context) => context.watch())
      .catch(reject);
  });
}

/** Replaces the file in one step, because a copy of the function may be starting. Each stack has a folder of its own. */
async function writeBundle({ path, contents }) {
  const whole = `${path}.${process.pid}.new`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(whole, contents);
  await rename(whole, path);
}

/** What serverless-esbuild makes of `custom.esbuild`, for all functions at once. */
function bundleOptions({ custom, functions }, serviceDir) {
  const { outputFileExtension, exclude, ...options } = custom.esbuild;
  const entries = Object.values(functions).map(({ handler }) => handler.slice(0, handler.lastIndexOf('.')));
  return {
    ...options,
    external: exclude,
    outExtension: { '.js': outputFileExtension },
    absWorkingDir: serviceDir,
    entryPoints: [...new Set(entries)].map((entry) => ({ in: `${entry}.ts`, out: entry })),
  };
}
