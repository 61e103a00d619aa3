/**
 * Serverless plugin that bundles the functions: for a laptop all at once and watched, for a deployment by
 * serverless-esbuild, which also packages them. The bytes are the same (docs/adr/0008-bundling.md).
 */
module.exports =
  process.argv[2] === 'offline'
    ? require('../local/stack/bundles-plugin.cjs')
    : require('serverless-esbuild');
