import { runIn, separateFunctions } from './faults.ts';
import { makeSandbox } from './sandbox.ts';

/**
 * Runs what another plugin does on behalf of a function of the service, as one instance of a function: with an environment
 * of its own. A fault that it leaves behind, or `process.exit`, is told to `onFault` and ends nothing else.
 *
 * @param call is in that instance with everything it starts: promises, timers, workers.
 */
export function runAsFunction<Result>(onFault: (error: unknown) => void, call: () => Result): Result {
  separateFunctions();
  return runIn({ onFault, sandbox: makeSandbox(false) }, call);
}
