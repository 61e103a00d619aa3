/**
 * Serverless plugin: the bundles that `serverless offline` runs, made again whenever something in them changes. Options and
 * bytes are those of the deployed bundles (tests/e2e). List it before serverless-offline.
 *
 * Plain JavaScript because the framework loads it with any Node.
 */
module.exports = class BundlesPlugin {
  constructor(serverless, { help }) {
    // Begun here, because a second processor is idle while the framework reads its configuration.
    const bundled = help ? undefined : watch(serverless);
    bundled?.catch(() => {});
    const useBundles = async () => {
      const location = await bundled;
      const { custom } = serverless.service;
      custom['serverless-offline'] = { location, ...custom['serverless-offline'] };
    };
    this.hooks = { 'before:offline:start': useBundles, 'before:offline:start:init': useBundles };
  }
};

async function watch(serverless) {
  const { watchBundles } = await import('./bundles.ts');
  try {
    return await watchBundles(serverless);
  } catch (error) {
    // The framework prints its own errors as a sentence.
    throw error.code === 'local_problem' ? new serverless.classes.Error(error.message) : error;
  }
}
