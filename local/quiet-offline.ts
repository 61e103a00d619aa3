import { createRequire } from 'node:module';

interface FrameworkLog {
  readonly isVerboseMode: boolean;
  getPluginWriters(plugin: string): { readonly log: { disable(): void } };
}

/** Part of every line of serverless-offline's route table, which it prints past the framework's log. */
const INVOCATION_PATH = '/2015-03-31/functions/';

/**
 * Leaves out serverless-offline's notices, two to five lines a request and a table of its own routes, so that our own
 * few lines can be seen. Its warnings and errors stay, and `--verbose` brings everything back.
 */
export function quietOffline(): void {
  const framework: FrameworkLog = createRequire(import.meta.url)(
    'serverless/lib/utils/serverless-utils/log.js',
  );
  if (framework.isVerboseMode) return;
  framework.getPluginWriters('serverless-offline').log.disable();
  const write = console.log;
  console.log = (...values: unknown[]) => {
    if (!String(values[0]).includes(INVOCATION_PATH)) write(...values);
  };
}
