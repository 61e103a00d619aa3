const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { bundleFramework } = require('./framework.cjs');

/** Makes the folder in which the workers of one run share what is expensive to make (support/run/once.ts). */
module.exports = async () => {
  process.env.TEST_RUN_FOLDER = mkdtempSync(join(tmpdir(), 'test-run-'));
  // Many tests start the framework.
  process.env.TEST_FRAMEWORK = await bundleFramework();
  // Its modules are compiled once.
  process.env.NODE_COMPILE_CACHE = join(process.env.TEST_RUN_FOLDER, 'compiled');
};
