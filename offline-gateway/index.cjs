'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Serverless plugin entry. Plain CommonJS: a Node too old for the TypeScript behind it gets a sentence instead of a
 * syntax error. Commands other than `offline` load nothing else.
 */
const MINIMUM = [22, 18];

/** The sources of a checkout; in the package they are compiled, because Node strips no types below node_modules. */
const PLUGIN = existsSync(join(__dirname, 'plugin.ts')) ? './plugin.ts' : './dist/plugin.js';

function loadStart() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    const sentence = `offline-gateway needs Node ${MINIMUM.join('.')} or newer and this is ${process.version}. Where the package node is installed in the project, npm and npx use that one: \`npm install --save-dev node@24\`.`;
    // The name by which the framework knows a user's mistake, and prints the sentence without a stack.
    throw Object.assign(new Error(sentence), { name: 'ServerlessError' });
  }
  const { startOfflineGateway } = require(PLUGIN);
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
