const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Makes the folder in which the workers of one run share what is expensive to make (support/run/once.ts). */
module.exports = async () => {
  process.env.TEST_RUN_FOLDER = mkdtempSync(join(tmpdir(), 'test-run-'));
  // Most tests start the framework. Its modules are compiled once.
  process.env.NODE_COMPILE_CACHE = join(process.env.TEST_RUN_FOLDER, 'compiled');
};
