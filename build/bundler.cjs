/**
 * Serverless plugin that bundles the functions: for a laptop into a folder and watched, for a deployment into zips. The
 * bytes are the same (docs/adr/0008-bundling.md).
 */
module.exports =
  process.argv[2] === 'offline'
    ? require('../local/stack/bundles-plugin.cjs')
    : require('./package-plugin.cjs');
