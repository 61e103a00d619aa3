const begin = require('./begin.cjs');
const { bundleFramework } = require('./framework.cjs');

/** Many of these suites start the framework. */
module.exports = async () => {
  begin();
  process.env.TEST_FRAMEWORK = await bundleFramework();
};
