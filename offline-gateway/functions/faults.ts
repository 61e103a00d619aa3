import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { extname } from 'node:path';

/** One running copy of a function, as far as its faults are concerned. */
export interface Instance {
  /** A fault outside the promise of the handler: a rejection without a handler, or an error thrown in a callback. */
  readonly onFault: (error: unknown) => void;
}

const running = new AsyncLocalStorage<Instance>();

/** Runs on behalf of an instance: what the call leaves behind, workers and timers included, belongs to that instance. */
export function runIn<Result>(instance: Instance, call: () => Result): Result {
  return running.run(instance, call);
}

/**
 * Hands a fault to the instance that it came from, where it would end the process. A fault of anything else, the
 * framework included, ends the process as before.
 */
export function catchFaults(): void {
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  process.setUncaughtExceptionCaptureCallback((error) => {
    const instance = running.getStore();
    if (instance) instance.onFault(error);
    else endAsBefore(error);
  });
}

function endAsBefore(error: Error): void {
  if (process.emit('uncaughtException', error)) return;
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/**
 * Makes the next call of a function that runs in process load its file again. A worker ends with its instance; in
 * process Node keeps the module. ES modules cannot be unloaded and keep their state.
 *
 * @param path of the file, without extension.
 */
export function forgetHandler(path: string): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) {
    if (file.slice(0, file.length - extname(file).length) === path) delete cache[file];
  }
}
