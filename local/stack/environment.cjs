const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { requireSupportedNode } = require('./supported-node.cjs');

/**
 * A variable file of serverless.yml, which reads it before any `${env:…}`. Only at that moment can `.env` and the local
 * defaults apply to all of them. A deployment reads neither; its settings come from its environment.
 *
 * `useDotenv` is null because the framework's own reader would also serve deployments, and expands `$` in secrets.
 */
module.exports = async () => {
  if (process.argv[2] === 'offline') {
    requireSupportedNode();
    keepCompiled();
    const [{ applyLocalSettings }, { endOnFailure, endWithNpm }, { loadAhead }] = await Promise.all([
      import('../settings/apply-settings.ts'),
      import('./lifeline.ts'),
      import('./start.ts'),
    ]);
    endOnFailure();
    endWithNpm();
    loadAhead(applyLocalSettings());
  }
  return { useDotenv: null };
};

/**
 * Switches Node's compile cache on. Without it each thread would load a compiler for TypeScript, of 20 MB. Node compares the
 * source, so a change takes effect at once. The threads find the folder in the environment.
 */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= join(__dirname, '../../node_modules/.cache/compiled');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
