import { parentPort, workerData } from 'node:worker_threads';
import { describeProblem } from './local-problem.ts';
import { PARTS, type PartData } from './stack-parts.ts';

/** One part of the stack in a thread of its own; see beside.ts. */
const data = workerData as PartData;
try {
  const { stop, ...started } =
    data.part === 'database' ? await PARTS.database(data.plan) : await PARTS.signIn(data.plan);
  parentPort?.once('message', () => void stop().then(() => process.exit(0)));
  parentPort?.postMessage({ started });
} catch (error) {
  parentPort?.postMessage({ problem: describeProblem(error) });
}
