import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { describeProblem } from '../settings/local-problem.ts';
import { surviveRequests } from '../settings/port-guard.ts';
import { PARTS, type Part } from './stack-parts.ts';

const part = workerData as Part;
const parent = parentPort as MessagePort;

/** One part of the stack in a thread of its own: loads at once, starts when it is told how. See beside.ts. */
async function run<Plan, Started extends { stop: () => Promise<void> }>(
  loading: Promise<(plan: Plan) => Promise<Started>>,
): Promise<void> {
  // Nobody listens before the plan is sent.
  loading.catch(() => {});
  const [plan] = await once(parent, 'message');
  try {
    const start = await loading;
    const { stop, ...started } = await start(plan);
    parent.once('message', () => void stop().then(() => process.exit(0)));
    parent.postMessage({ started });
  } catch (error) {
    parent.postMessage({ problem: describeProblem(error) });
  }
}

surviveRequests();
await (part === 'database' ? run(PARTS.database()) : run(PARTS.signIn()));
