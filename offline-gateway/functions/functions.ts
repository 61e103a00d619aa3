import type { Invocation } from '../authorizer/outcome.ts';
import { forgetModules } from './forget-modules.ts';
import { makePool, type PoolParts } from './pool.ts';
import { within } from './within.ts';

/** The functions of the service, run as serverless-offline runs them. */
export interface Functions {
  /**
   * Never rejects. At the function's own timeout it is stopped and has failed; after `limitMs` the caller has waited long
   * enough and the function goes on.
   *
   * @returns `'limit'` when the caller's limit came first.
   */
  readonly invoke: (functionKey: string, event: unknown, limitMs: number) => Promise<Invocation | 'limit'>;
  /** Loads every function afresh; calls under way finish in the old ones. */
  readonly reload: () => void;
}

const DEFAULT_IDLE_S = 60;

/** Workers, in-process, Docker: whatever the options of serverless-offline say. */
export function makeFunctions(parts: PoolParts): Functions {
  let pool = makePool(parts);
  let lastUsedMs = Date.now();
  const idleMs = Math.max(parts.options.terminateIdleLambdaTime ?? DEFAULT_IDLE_S, 1) * 1000;
  const replace = () => {
    pool.retire();
    pool = makePool(parts);
  };
  setInterval(() => {
    if (pool.isUsed() && Date.now() - lastUsedMs >= idleMs) replace();
  }, idleMs).unref();
  return {
    invoke(functionKey, event, limitMs) {
      lastUsedMs = Date.now();
      return within(limitMs, pool.run(functionKey, event));
    },
    reload() {
      const { useInProcess, location } = parts.options;
      if (useInProcess && location) forgetModules(parts.serverless.serviceDir, location);
      replace();
    },
  };
}
