import { resolve } from 'node:path';
import type { OfflineOptions, Serverless } from '../framework.ts';
import type { Reporter } from '../report.ts';
import { findOfflineOptions, type ServerlessOffline } from '../serverless-offline.ts';
import { separateModulesOnce } from './faults.ts';
import { type Invocation, makePool, type PoolOptions, withTimeout } from './pool.ts';

/** The functions of the service, run as serverless-offline runs them. */
export interface Functions {
  /**
   * Never rejects. At the function's own timeout it is stopped and has failed; after `limitMs` the caller has waited long
   * enough and the function goes on.
   *
   * @returns `'limit'` when the caller's limit came first.
   */
  readonly invoke: (functionKey: string, event: unknown, limitMs: number) => Promise<Invocation | 'limit'>;
  /** Loads every function again; calls under way finish in the old ones. */
  readonly reload: () => void;
}

const DEFAULT_IDLE_S = 60;

/** In workers, in process or in Docker, as the options of serverless-offline say. */
export function makeFunctions(given: PoolOptions): Functions {
  const { useInProcess, location = '' } = given.options;
  const { serviceDir } = given.serverless;
  if (useInProcess) separateModulesOnce([resolve(serviceDir), resolve(serviceDir, location)]);
  let pool = makePool(given);
  let lastUsedMs = Date.now();
  const idleMs = Math.max(given.options.terminateIdleLambdaTime ?? DEFAULT_IDLE_S, 1) * 1000;
  const replace = () => {
    pool.retire();
    pool = makePool(given);
  };
  setInterval(() => {
    if (pool.isUsed() && Date.now() - lastUsedMs >= idleMs) replace();
  }, idleMs).unref();
  return {
    invoke(functionKey, event, limitMs) {
      lastUsedMs = Date.now();
      return withTimeout(limitMs, pool.run(functionKey, event));
    },
    reload: replace,
  };
}

interface FunctionsOptions {
  readonly serverless: Serverless;
  readonly cliOptions: OfflineOptions;
  readonly offline: ServerlessOffline;
  readonly reporter: Reporter;
}

/** Not made before the first call: serverless-esbuild sets the folder of the bundles between the start and then. */
export function makeLateFunctions({
  serverless,
  cliOptions,
  offline,
  reporter,
}: FunctionsOptions): Functions {
  let functions: Functions | undefined;
  return {
    invoke(...call) {
      functions ??= makeFunctions({
        Lambda: offline.Lambda,
        serverless,
        options: findOfflineOptions(serverless, cliOptions),
        report: reporter.warning,
      });
      return functions.invoke(...call);
    },
    reload: () => functions?.reload(),
  };
}
