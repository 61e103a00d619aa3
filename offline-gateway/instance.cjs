'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** `serverless-offline-gateway/instance`: for plugins that run functions themselves. Sources or what they are compiled to, as in index.cjs. */
const INSTANCE = existsSync(join(__dirname, 'plugin.ts'))
  ? './functions/instance.ts'
  : './dist/functions/instance.js';

const { runAsFunction } = require(INSTANCE);
exports.runAsFunction = runAsFunction;
