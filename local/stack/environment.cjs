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
