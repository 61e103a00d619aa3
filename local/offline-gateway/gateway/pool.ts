import type { OfflineOptions, Serverless } from '../api/service.ts';
import type { Invocation } from '../authorizer/outcome.ts';
import { within } from './within.ts';

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

/** What functions are made from. */
export interface PoolParts {
  readonly Lambda: LambdaClass;
  readonly serverless: Serverless;
  readonly options: OfflineOptions;
}

const DEFAULT_TIMEOUT_S = 6;

/** One generation of the functions. */
export interface Pool {
  readonly run: (functionKey: string, event: unknown) => Promise<Invocation>;
  readonly isUsed: () => boolean;
  readonly retire: () => void;
}

/** Keeps its functions until the last call has ended, also after it has been retired. */
export function makePool({ Lambda, serverless, options }: PoolParts): Pool {
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

/** GW-811: a function at its own timeout is stopped, and has failed like any other. */
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
