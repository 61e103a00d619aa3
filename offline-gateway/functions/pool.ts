import { resolve } from 'node:path';
import type { OfflineOptions, Serverless } from '../framework.ts';
import type { LambdaClass, LambdaFunction } from '../serverless-offline.ts';
import { forgetHandler, type Instance, runIn } from './faults.ts';
import { isPython, readPythonResult, reportingPython } from './python-functions.ts';

/** How one call of a function ended. A rejection may be anything that JavaScript can throw. */
export type Invocation = { readonly returned: unknown } | { readonly failed: unknown };

/** What functions are made from. */
export interface PoolParts {
  readonly Lambda: LambdaClass;
  readonly serverless: Serverless;
  readonly options: OfflineOptions;
  /** Is told a fault that happened outside a handler, in one sentence and a stack. */
  readonly report: (text: string) => void;
}

/** An instance and what it is answering. */
interface Running extends Instance {
  readonly lambda: LambdaFunction;
  fail: ((error: unknown) => void) | undefined;
}

const DEFAULT_TIMEOUT_S = 6;

/** One generation of the functions. */
export interface Pool {
  readonly run: (functionKey: string, event: unknown) => Promise<Invocation>;
  readonly isUsed: () => boolean;
  readonly retire: () => void;
}

/** Keeps its functions until the last call has ended, also after it has been retired. */
export function makePool({ Lambda, serverless, options, report }: PoolParts): Pool {
  const { service } = serverless;
  // The timeouts are kept here: serverless-offline's own leaves a timer behind for every call.
  const lambda = new Lambda(serverless, { host: 'localhost', lambdaPort: 3002, ...options, noTimeout: true });
  const functions = service.getAllFunctions();
  lambda.create(
    functions.map((functionKey) => ({ functionKey, functionDefinition: runnable(service, functionKey) })),
  );
  let [running, used, retired] = [0, false, false];
  const instances = new WeakMap<LambdaFunction, Running>();
  const cleanUp = () => void lambda.cleanup().catch(() => undefined);
  return {
    async run(functionKey, event) {
      running += 1;
      used = true;
      try {
        return await runFunction(instanceOf(functionKey), event, timeoutMs(functionKey));
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

  function instanceOf(functionKey: string): Running {
    const found = lambda.get(functionKey);
    const instance = instances.get(found) ?? { lambda: found, fail: undefined, onFault };
    instances.set(found, instance);
    return instance;

    function onFault(error: unknown): void {
      const text = error instanceof Error ? error.stack : String(error);
      report(
        `the function ${functionKey} failed outside its handler, and its instance is discarded: ${text}`,
      );
      discard(functionKey, found);
      instance.fail?.(error);
    }
  }

  /** The next call of the function starts from nothing, as on Lambda. */
  function discard(functionKey: string, found: LambdaFunction): void {
    void found.cleanup().catch(() => undefined);
    const path = service.getFunction(functionKey).handler?.replace(/\.[^./]+$/, '');
    if (options.useInProcess && path)
      forgetHandler(resolve(serverless.serviceDir, options.location ?? '', path));
  }

  function timeoutMs(functionKey: string): number {
    if (options.noTimeout) return Number.POSITIVE_INFINITY;
    const seconds = service.getFunction(functionKey).timeout ?? service.provider.timeout ?? DEFAULT_TIMEOUT_S;
    return seconds * 1000;
  }
}

/** GW-811: a function at its own timeout is stopped, and has failed like any other. */
async function runFunction(instance: Running, event: unknown, timeoutMs: number): Promise<Invocation> {
  const { lambda } = instance;
  lambda.setEvent(event);
  const faulted = new Promise<Invocation>((resolve) => {
    instance.fail = (failed) => resolve({ failed });
  });
  const ran = runIn(instance, () => lambda.runHandler())
    .then(readPythonResult)
    .then(
      (returned): Invocation => ({ returned }),
      (failed: unknown): Invocation => ({ failed }),
    );
  const ended = await withTimeout(timeoutMs, Promise.race([ran, faulted]));
  instance.fail = undefined;
  if (ended !== 'limit') return ended;
  await lambda.cleanup();
  return { failed: new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`) };
}

function runnable(service: Serverless['service'], functionKey: string): unknown {
  const definition = { ...service.getFunction(functionKey) };
  return isPython(definition, { ...service.provider }) ? reportingPython(definition) : definition;
}

/** The result, or `'limit'` when it takes longer; no timer is left behind. An infinite limit is none. */
export async function withTimeout<Result>(
  limitMs: number,
  promise: Promise<Result>,
): Promise<Result | 'limit'> {
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
