import { AsyncLocalStorage } from 'node:async_hooks';
import type { Worker } from 'node:worker_threads';
import { type Sandbox, separateEnvironments, separateModules } from './sandbox.ts';

/** One running copy of a function, as far as the process has to tell it from others. */
export interface Instance {
  /** A fault outside the promise of the handler: a rejection without a handler, or an error thrown in a callback. */
  readonly onFault: (error: unknown) => void;
  /** Its thread has ended. */
  readonly onExit?: (status: number) => void;
  readonly sandbox: Sandbox;
}

const running = new AsyncLocalStorage<Instance>();
const findSandbox = () => running.getStore()?.sandbox;

/** Runs on behalf of an instance: what the call leaves behind, workers and timers included, belongs to that instance. */
export function runIn<Result>(instance: Instance, call: () => Result): Result {
  return running.run(instance, call);
}

let areSeparate = false;

/**
 * Separates functions that share the process. Each has its own `process.env`, and a fault or `process.exit` ends the
 * instance that it came from. Anything else, the framework included, goes on as before.
 */
export function separateFunctions(): void {
  if (areSeparate) return;
  areSeparate = true;
  separateEnvironments(findSandbox);
  catchFaults();
  catchExits();
}

const separated = new Set<string>();

/** Gives each function that runs in process its own copy of the modules in these folders. */
export function separateModulesOnce(folders: readonly string[]): void {
  const added = folders.filter((folder) => !separated.has(folder));
  if (added.length === 0) return;
  for (const folder of added) separated.add(folder);
  separateModules(added, findSandbox);
}

/**
 * Node emits a fault before it ends the process. A capture callback would do too, but excludes the module `domain`, which
 * the framework or a library may have loaded.
 */
function catchFaults(): void {
  const { emit } = process;
  const emitOutsideFunctions = (name: string | symbol, ...details: readonly unknown[]): unknown => {
    const instance = name === 'uncaughtException' ? running.getStore() : undefined;
    if (!instance) return Reflect.apply(emit, process, [name, ...details]);
    const [error] = details;
    // The instance was told when it called process.exit.
    if (!(error instanceof RuntimeExited)) instance.onFault(error);
    return true;
  };
  Object.assign(process, { emit: emitOutsideFunctions });
}

/** What Lambda says when the process of a function has ended. */
export class RuntimeExited extends Error {
  override readonly name = 'Runtime.ExitError';
  constructor(status: number) {
    super(
      status === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${status}`,
    );
  }
}

function catchExits(): void {
  const exit = process.exit;
  process.exit = (status) => {
    const instance = running.getStore();
    if (!instance) return exit(status);
    const exited = new RuntimeExited(Number(status ?? process.exitCode ?? 0));
    instance.onFault(exited);
    // Nothing after the call may run.
    throw exited;
  };
  // In a thread, process.exit ends the thread.
  process.on('worker', (worker: Worker) => {
    const { onFault, onExit } = running.getStore() ?? {};
    // Without a listener the error is thrown here, and by the end of the thread it is not known whose it is.
    if (onFault) {
      worker.once('error', (error) => {
        if (worker.listenerCount('error') === 0) onFault(error);
      });
    }
    if (onExit) worker.once('exit', onExit);
  });
}
