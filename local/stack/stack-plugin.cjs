const { requireSupportedNode } = require('./supported-node.cjs');

/**
 * Serverless plugin: embedded DynamoDB and a Better Auth server for `serverless offline`. List it before
 * serverless-offline, because it must start first.
 *
 * Plain JavaScript because the framework loads it with any Node. It loads the rest when needed.
 */
module.exports = class LocalStackPlugin {
  constructor(serverless, commandLine) {
    if (process.argv[2] === 'offline') validateFaster(serverless.configSchemaHandler);
    let hooks;
    const run = (name) => async () => {
      requireSupportedNode();
      hooks ??= (await import('./start.ts')).makeStackHooks(serverless, commandLine);
      await hooks[name]();
    };
    this.hooks = {
      'before:offline:start': run('prepare'),
      'before:offline:start:init': run('prepare'),
      'offline:start': run('ready'),
      'offline:start:init': run('ready'),
    };
  }
};

/** The framework's check of serverless.yml, with the part of its schema that the file uses. */
function validateFaster(handler) {
  const validate = handler.validateConfig.bind(handler);
  handler.validateConfig = async (configuration) => {
    const { validateUsed } = await import('./used-schema.ts');
    await validateUsed(handler, validate, configuration);
  };
}
