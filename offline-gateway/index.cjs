'use strict';

/**
 * Serverless plugin entry. Plain CommonJS, so that a Node too old for the TypeScript behind it gets a sentence instead
 * of a syntax error, and so that commands other than `offline` never load any of it.
 */
const MINIMUM = [22, 18];

function loadStart() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    const sentence = `offline-gateway needs Node ${MINIMUM.join('.')} or newer and this is ${process.version}: run the command through npm, which uses the project's own Node.`;
    // The name by which the framework knows a user's mistake, and prints the sentence without a stack.
    throw Object.assign(new Error(sentence), { name: 'ServerlessError' });
  }
  const { startOfflineGateway } = require('./plugin.ts');
  return startOfflineGateway;
}

module.exports = class OfflineGateway {
  constructor(serverless, options, utils) {
    let gateway;
    const start = async () => {
      gateway = await loadStart()(serverless, options, utils.log);
    };
    this.hooks = {
      // The first fires for `serverless offline`, the second for `serverless offline start`.
      'before:offline:start': start,
      'before:offline:start:init': start,
      // serverless-esbuild spawns this after each rebuild.
      'offline:functionsUpdated:cleanup': () => gateway?.reload(),
    };
  }
};
