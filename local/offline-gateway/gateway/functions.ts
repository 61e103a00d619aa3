import type { OfflineOptions, Serverless } from '../api/service.ts';
import type { Invocation } from '../authorizer/outcome.ts';
import { forgetModules } from './forget-modules.ts';

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

/** `serverless-offline/lambda`, the entry that other serverless-offline plugins use to run functions. */
export type LambdaClass = new (serverless: unknown, options: unknown) => LambdaPool;

interface LambdaPool {
  create(functions: readonly { readonly functionKey: string; readonly functionDefinition: unknown }[]): void;
  get(functionKey: string): LambdaFunction;
  cleanup(): Promise<void>;
}

interface LambdaFunction {
  setEvent(event: unknown): void;
  runHandler(): Promise<unknown>;
  cleanup(): Promise<void>;
}

interface Parts {
  readonly Lambda: LambdaClass;
  readonly serverless: Serverless;
  readonly options: OfflineOptions;
}

const DEFAULT_TIMEOUT_S = 6;
const DEFAULT_IDLE_S = 60;

/** Workers, in-process, Docker: whatever the options of serverless-offline say. */
export function makeFunctions(parts: Parts): Functions {
  let pool = makePool(parts);
  let lastUsedMs = Date.now();
  const idleMs = (parts.options.terminateIdleLambdaTime ?? DEFAULT_IDLE_S) * 1000;
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

interface Pool {
  readonly run: (functionKey: string, event: unknown) => Promise<Invocation>;
  readonly isUsed: () => boolean;
  readonly retire: () => void;
}

/** Keeps its functions until the last call has ended, also after it has been retired. */
function makePool({ Lambda, serverless, options }: Parts): Pool {
  const { service } = serverless;
  // The timeouts are kept here: serverless-offline's own leaves a timer behind for every call.
  const lambda = new Lambda(serverless, { host: 'localhost', lambdaPort: 3002, ...options, noTimeout: true });
  const functions = service.getAllFunctions();
  lambda.create(
    functions.map((functionKey) => ({ functionKey, functionDefinition: service.getFunction(functionKey) })),
  );
  let [running, used, retired] = [0, false, false];
  const cleanUp = () => void lambda.cleanup().catch(() => undefined);
  return {
    async run(functionKey, event) {
      running += 1;
      used = true;
      try {
        return await runFunction(lambda.get(functionKey), event, timeoutMs(functionKey));
      } catch (failed) {
        return { failed };
      } finally {
        running -= 1;
        if (retired && running === 0) cleanUp();
      }
    },
    isUsed: () => used && running === 0,
    retire() {
      retired = true;
      if (running === 0) cleanUp();
    },
  };

  function timeoutMs(functionKey: string): number {
    if (options.noTimeout) return Number.POSITIVE_INFINITY;
    const seconds = service.getFunction(functionKey).timeout ?? service.provider.timeout ?? DEFAULT_TIMEOUT_S;
    return seconds * 1000;
  }
}

/** I4: a function at its own timeout is stopped, and has failed like any other. */
async function runFunction(lambda: LambdaFunction, event: unknown, timeoutMs: number): Promise<Invocation> {
  lambda.setEvent(event);
  const ran = lambda.runHandler().then(
    (returned): Invocation => ({ returned }),
    (failed: unknown): Invocation => ({ failed }),
  );
  const ended = await within(timeoutMs, ran);
  if (ended !== 'limit') return ended;
  await lambda.cleanup();
  return { failed: new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`) };
}

async function within<Result>(limitMs: number, promise: Promise<Result>): Promise<Result | 'limit'> {
  if (!Number.isFinite(limitMs)) return promise;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'limit'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'limit');
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
