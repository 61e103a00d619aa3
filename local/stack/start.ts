import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Callers } from '../database/permissions.ts';
import { nameTables, type Resources } from '../database/table-definitions.ts';
import { applyLocalSettings } from '../settings/apply-settings.ts';
import { describeProblem, LocalProblem } from '../settings/local-problem.ts';
import type { LocalSettings } from '../settings/local-settings.ts';
import { DEFAULT_PORTS, isLoopback, type PortClaim, requireFreePorts } from '../settings/ports.ts';
import { keepPrivate } from '../settings/private-folder.ts';
import { announce, findListPath, type LocalStack } from './announcement.ts';
import { printFaults } from './faults.ts';
import { guardLambdaPort } from './lambda-port.ts';
import { endOnSignal, hasStarted } from './lifeline.ts';
import { quietOffline } from './quiet-offline.ts';
import { releaseMemory } from './release-memory.ts';
import { apiUrl, assumeRoles, type OfflineOptions, type Serverless } from './service.ts';
import type { Part, PlanOf, StartedOf } from './thread.ts';

/*
 * The start of the local stack, in the order of time. environment.cjs calls `loadAhead`; stack-plugin.cjs calls the hooks
 * `prepare` and `ready`. What each thread does is in thread.ts.
 */

/** Loads in advance what {@link startStack} starts later, while other work goes on. */
export function loadAhead(settings: LocalSettings): void {
  const { signIn, database } = stackClaims(settings);
  if (signIn !== undefined) loadThread('signIn');
  if (database !== undefined) loadThread('database');
}

/** The ports of what {@link startStack} starts. */
function stackClaims({ authPort, dynamoDbPort, issuer, hasEmbeddedDynamoDb }: LocalSettings): {
  signIn: PortClaim | undefined;
  database: PortClaim | undefined;
} {
  const signIn = { port: authPort, purpose: 'the Better Auth sign-in server', variable: 'AUTH_PORT' };
  const database = { port: dynamoDbPort, purpose: 'the embedded DynamoDB', variable: 'DYNAMODB_PORT' };
  return { signIn: issuer && signIn, database: hasEmbeddedDynamoDb ? database : undefined };
}

/** The local stack around one run of `serverless offline`. */
export function makeStackHooks(serverless: Serverless, commandLine: OfflineOptions) {
  const options = { ...serverless.service.custom?.['serverless-offline'], ...commandLine };
  const apiPort = Number(options.httpPort ?? DEFAULT_PORTS.API_PORT);
  let starting: Promise<LocalStack> | undefined;

  return {
    /** Before the functions are bundled: everything that can fail at once, and the start of what takes a while. */
    prepare: orExit(async () => {
      const settings = applyLocalSettings();
      keepPrivate(settings.dataDirectory);
      const { signIn, database } = stackClaims(settings);
      const lambdaPort = Number(options.lambdaPort ?? DEFAULT_PORTS.LAMBDA_PORT);
      guardLambdaPort(lambdaPort);
      printFaults((text) => console.error(text));
      await requireFreePorts([
        { port: apiPort, purpose: 'the API', variable: 'API_PORT' },
        ...[signIn, database].filter((claim) => claim !== undefined),
        {
          port: lambdaPort,
          purpose: 'the Lambda endpoint of serverless-offline',
          variable: 'LAMBDA_PORT',
        },
      ]);
      const { resources: { Resources: resources = {} } = {}, provider, functions = {} } = serverless.service;
      const callers = settings.hasRoles ? assumeRoles(serverless) : {};
      for (const owner of [provider, ...Object.values(functions)]) nameTables(owner, resources);
      starting = startStack({ settings, resources, region: provider.region, callers });
      starting.catch(exitWith);
      endOnSignal(async () => {
        stopBundler();
        await (await starting)?.stop();
      });
    }),

    /** Just before serverless-offline opens its port: the first request finds tables and sign-in ready. */
    ready: orExit(async () => {
      const stack = await starting;
      hasStarted();
      const api = apiUrl(apiPort, options, serverless.service.provider.stage);
      const list = findListPath(serverless.service.functions ?? {});
      if (stack !== undefined) void orExit(announce)(stack, { api, list }, quietOffline());
      void releaseMemory();
    }),
  };
}

/** What {@link startStack} starts. */
interface StackPlan {
  readonly settings: LocalSettings;
  /** `resources.Resources` of serverless.yml: where the tables come from. */
  readonly resources: Resources;
  readonly region: string;
  /** What each function may do in the embedded database, by access key. */
  readonly callers?: Callers;
}

/** Starts database and sign-in server side by side, each in a thread of its own. */
export async function startStack(plan: StackPlan): Promise<LocalStack> {
  const [database, signIn] = await Promise.all([startDatabase(plan), startSignIn(plan.settings)]);
  return {
    databaseUrl: database.url,
    databaseDirectory: database.directory,
    isSecondStack: database.isSecondStack,
    signIn,
    stop: async () => {
      await Promise.all([database.stop(), signIn?.stop()]);
    },
  };
}

function startDatabase({ settings, resources, region, callers = {} }: StackPlan) {
  const claim = stackClaims(settings).database;
  if (claim === undefined) return useOtherDatabase({ settings, resources, region });
  const { dataDirectory } = settings;
  return startInThread('database', {
    claim,
    dataDirectory,
    region,
    resources: toData(resources),
    callers: toData(callers),
  });
}

/** Tables are made in a database on this machine only: one further away may be real. */
async function useOtherDatabase(plan: StackPlan) {
  const url = plan.settings.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
  const fix = `Delete the table at ${url} (the tasks in it are lost) and start again.`;
  const { createTables, requireKnownHost } = await import('../database/ensure-tables.ts');
  await requireKnownHost(url);
  if (isLoopback(url)) await createTables(plan, { url, fix, expires: true });
  return { url, directory: undefined, isSecondStack: false, stop: async () => {} };
}

async function startSignIn(settings: LocalSettings) {
  const claim = stackClaims(settings).signIn;
  const { issuer } = settings;
  return claim && issuer && startInThread('signIn', { claim, issuer });
}

/** What the framework resolved, without the values that cannot be sent to another thread. */
function toData<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

/** New objects of a thread. Node would let them grow to 48 MB under load, and be no faster. */
const YOUNG_MB = 12;

const prepared = new Map<Part, Worker>();

/** Loads a part of the stack in its thread, so that it starts at once when {@link startInThread} is called. */
function loadThread(part: Part): void {
  if (!prepared.has(part)) prepared.set(part, load(part));
}

type Message<Name extends Part> =
  | { readonly started: Omit<StartedOf<Name>, 'stop'> }
  | { readonly problem: string };

/**
 * Runs a part of the stack in a thread of its own, at the same time as the gateway and the bundler. The stack starts
 * sooner and answers faster. It is a thread and not a process, because a thread always ends with this process.
 *
 * @throws {LocalProblem} with the message of what failed in the thread.
 */
async function startInThread<Name extends Part>(
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
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  worker.unref();
  // The remaining half would answer every request with 503 and give no reason.
  worker.on('error', exitWith);
  return worker;
}

/** Left to itself, esbuild notices a moment after this process has gone and may say so with a Go stack trace. */
function stopBundler(): void {
  const { stop }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  void stop();
}

/** The framework would wrap our sentence into a report of its own, and leave servers running. */
function orExit<Parameters extends unknown[]>(step: (...parameters: Parameters) => Promise<void>) {
  return (...parameters: Parameters) => step(...parameters).catch(exitWith);
}

function exitWith(error: unknown): never {
  console.error(describeProblem(error));
  process.exit(1);
}
