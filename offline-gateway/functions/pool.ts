import type { FunctionDefinition, OfflineOptions, Serverless } from '../framework.ts';
import type { LambdaClass, LambdaFunction } from '../serverless-offline.ts';
import type { UnknownRecord } from '../values.ts';
import { type Instance, RuntimeExited, runIn } from './faults.ts';
import { isPython, readPythonResult, reportingPython } from './python-functions.ts';
import { makeSandbox, type Sandbox } from './sandbox.ts';

/** How one call of a function ended. A rejection may be anything that JavaScript can throw. */
export type Invocation = { readonly returned: unknown } | { readonly failed: unknown };

/** What functions are made from. */
export interface PoolOptions {
  readonly Lambda: LambdaClass;
  readonly serverless: Serverless;
  readonly options: OfflineOptions;
  /** Is told a fault that happened outside a handler, in one sentence and a stack. */
  readonly report: (text: string) => void;
}

/** An instance and what it is answering. */
interface Running extends Instance {
  readonly lambda: LambdaFunction;
  readonly onTimeout: (seconds: string) => void;
  fail: ((error: unknown) => void) | undefined;
}

const DEFAULT_TIMEOUT_S = 6;
/** Instances whose thread was ended here. */
const isStopped = new WeakSet<Running>();

/** One generation of the functions. */
export interface Pool {
  readonly run: (functionKey: string, event: unknown) => Promise<Invocation>;
  readonly isUsed: () => boolean;
  readonly retire: () => void;
}

/** Keeps its functions until the last call has ended, also after it has been retired. */
export function makePool({ Lambda, serverless, options, report }: PoolOptions): Pool {
  const { service } = serverless;
  // The timeouts are kept here: serverless-offline's own leaves a timer behind for every call.
  const lambda = new Lambda(serverless, { host: 'localhost', lambdaPort: 3002, ...options, noTimeout: true });
  const functions = service.getAllFunctions();
  lambda.create(
    functions.map((functionKey) => ({ functionKey, functionDefinition: runnable(service, functionKey) })),
  );
  let [running, used, retired] = [0, false, false];
  const instances = new WeakMap<LambdaFunction, Running>();
  const sandboxes = new Map<string, Sandbox>();
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
    const instance = instances.get(found) ?? start(functionKey, found);
    instances.set(found, instance);
    return instance;
  }

  function start(functionKey: string, found: LambdaFunction): Running {
    let hasEnded = false;
    const instance: Running = {
      lambda: found,
      fail: undefined,
      sandbox: sandboxOf(functionKey),
      onFault(error) {
        if (hasEnded) return;
        hasEnded = true;
        const text = error instanceof Error ? error.stack : String(error);
        report(
          `the function ${functionKey} failed outside its handler, and its instance is discarded: ${text}`,
        );
        instances.delete(found);
        sandboxes.delete(functionKey);
        void found.cleanup().catch(() => undefined);
        instance.fail?.(error);
      },
      onTimeout(seconds) {
        report(
          `the function ${functionKey} timed out after ${seconds} seconds, and its instance is discarded.`,
        );
      },
      onExit(status) {
        const wasStopped = (retired && running === 0) || isStopped.has(instance);
        if (!wasStopped) instance.onFault(new RuntimeExited(status));
      },
    };
    return instance;
  }

  /** In process, requests at the same time share one, as they share the modules in it. */
  function sandboxOf(functionKey: string): Sandbox {
    const sandbox =
      sandboxes.get(functionKey) ?? makeSandbox(!isNode(service.getFunction(functionKey), service));
    sandboxes.set(functionKey, sandbox);
    return sandbox;
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
  isStopped.add(instance);
  const seconds = (timeoutMs / 1000).toFixed(2);
  instance.onTimeout(seconds);
  await lambda.cleanup();
  return { failed: new Error(`Task timed out after ${seconds} seconds`) };
}

function runnable(service: Serverless['service'], functionKey: string): unknown {
  const definition = { ...service.getFunction(functionKey) };
  if (isPython(definition, { ...service.provider })) return reportingPython(definition);
  return isNode(definition, service)
    ? { ...definition, environment: withPath(definition, service) }
    : definition;
}

function isNode({ runtime }: FunctionDefinition, { provider }: Serverless['service']): boolean {
  return (runtime ?? provider.runtime ?? 'nodejs').startsWith('nodejs');
}

/** Lambda sets PATH too. */
function withPath({ environment }: FunctionDefinition, { provider }: Serverless['service']): UnknownRecord {
  const { PATH } = process.env;
  return { ...(PATH !== undefined && { PATH }), ...provider.environment, ...environment };
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
