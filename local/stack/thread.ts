import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { TablePlan } from '../database/ensure-tables.ts';
import type { Callers } from '../database/permissions.ts';
import { describeProblem } from '../settings/local-problem.ts';
import type { LocalIssuer } from '../settings/local-settings.ts';
import { surviveRequests } from '../settings/port-guard.ts';
import type { PortClaim } from '../settings/ports.ts';
import { releaseMemory } from './release-memory.ts';

/** What the database needs to know. Everything here crosses into another thread, so it is data alone. */
export interface DatabasePlan extends TablePlan {
  readonly claim: PortClaim;
  readonly dataDirectory: string;
  /** What each function may do; a function that is missing here may do everything. */
  readonly callers: Callers;
}

export interface SignInPlan {
  readonly claim: PortClaim;
  readonly issuer: LocalIssuer;
}

/**
 * The parts of the stack that run in a thread each. A part first loads its packages, which takes most of its time, and returns
 * the function that starts it. A deployment needs none of them.
 */
const PARTS = {
  database: async () => {
    const [{ startEmbeddedDynamoDb }, { createTables }] = await Promise.all([
      import('../database/embedded-dynamodb.ts'),
      import('../database/ensure-tables.ts'),
    ]);
    return async ({ claim, dataDirectory, resources, region, callers }: DatabasePlan) => {
      const permissions = { callers, resources, region };
      const database = await startEmbeddedDynamoDb(claim, dataDirectory, permissions);
      const fix = `Delete the folder ${database.directory} (the tasks in it are lost) and start again.`;
      await createTables({ resources, region }, { url: database.url, fix, expires: false });
      return database;
    };
  },
  signIn: async () => {
    const [{ startBetterAuthServer }, { fetchToken }, { DEMO_USER }] = await Promise.all([
      import('../sign-in/better-auth-server.ts'),
      import('../sign-in/sign-in.ts'),
      import('../sign-in/demo-user.ts'),
    ]);
    return async ({ claim, issuer }: SignInPlan) => {
      const server = await startBetterAuthServer(claim, issuer);
      return { ...server, token: await fetchToken(server.url, DEMO_USER) };
    };
  },
};

export type Part = keyof typeof PARTS;
type Start<Name extends Part> = Awaited<ReturnType<(typeof PARTS)[Name]>>;
export type PlanOf<Name extends Part> = Parameters<Start<Name>>[0];
export type StartedOf<Name extends Part> = Awaited<ReturnType<Start<Name>>>;

const part = workerData as Part;
const parent = parentPort as MessagePort;

/** One part of the stack in a thread of its own: loads at once, starts when it is told how. See start.ts. */
async function run<Plan, Started extends { stop: () => Promise<void> }>(
  loading: Promise<(plan: Plan) => Promise<Started>>,
): Promise<void> {
  // Nothing handles a rejection before the plan is sent.
  loading.catch(() => {});
  const [plan] = await once(parent, 'message');
  try {
    const start = await loading;
    const { stop, ...started } = await start(plan);
    parent.once('message', () => void stop().then(() => process.exit(0)));
    parent.postMessage({ started });
    void releaseMemory();
  } catch (error) {
    parent.postMessage({ problem: describeProblem(error) });
  }
}

surviveRequests();
await (part === 'database' ? run(PARTS.database()) : run(PARTS.signIn()));
