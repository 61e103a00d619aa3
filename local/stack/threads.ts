import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describeProblem, LocalProblem } from '../settings/local-problem.ts';
import type { Part, PlanOf, StartedOf } from './thread.ts';

type Message<Name extends Part> =
  | { readonly started: Omit<StartedOf<Name>, 'stop'> }
  | { readonly problem: string };

const prepared = new Map<Part, Worker>();

/** Loads a part of the stack in its thread, so that it starts at once when {@link startInThread} is called. */
export function prepareThread(part: Part): void {
  if (!prepared.has(part)) prepared.set(part, load(part));
}

/**
 * Runs a part of the stack in a thread of its own, at the same time as the gateway and the bundler. The stack starts
 * sooner and answers faster. It is a thread and not a process, because a thread always ends with this process.
 *
 * @throws {LocalProblem} with the message of what failed in the thread.
 */
export async function startInThread<Name extends Part>(
  part: Name,
  plan: PlanOf<Name>,
): Promise<Omit<StartedOf<Name>, 'stop'> & { readonly stop: () => Promise<void> }> {
  const worker = prepared.get(part) ?? load(part);
  prepared.delete(part);
  worker.ref();
  worker.postMessage(plan);
  const [message] = (await once(worker, 'message')) as [Message<Name>];
  if ('problem' in message) throw new LocalProblem(message.problem);
  const stop = async (): Promise<void> => {
    worker.postMessage('stop');
    await once(worker, 'exit');
  };
  return { ...message.started, stop };
}

/** Keeps nothing alive until it is wanted: the framework may have been asked for something else, or have failed. */
function load(part: Part): Worker {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: part,
    execArgv: ['--no-warnings'],
  });
  worker.unref();
  worker.on('error', endWith);
  return worker;
}

/** Ends the stack: the remaining half would answer every request with 503 and give no reason. */
function endWith(error: unknown): never {
  console.error(describeProblem(error));
  process.exit(1);
}
