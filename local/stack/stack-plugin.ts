import { createRequire } from 'node:module';
import type { Caller } from '../database/permissions.ts';
import { type FunctionEnvironment, nameTables, type Resources } from '../database/table-definitions.ts';
import { applyLocalSettings } from '../settings/apply-settings.ts';
import { describeProblem } from '../settings/local-problem.ts';
import { DEFAULT_PORTS, requireFreePorts } from '../settings/ports.ts';
import { keepPrivate } from '../settings/private-folder.ts';
import { announce, findListPath, type Routed } from './announcement.ts';
import { printFaults } from './faults.ts';
import { guardLambdaPort } from './lambda-port.ts';
import { endOnSignal, hasStarted } from './lifeline.ts';
import { quietOffline } from './quiet-offline.ts';
import { type LocalStack, stackClaims, startStack } from './stack.ts';

/** What is read of the framework's service. */
export interface Serverless {
  readonly service: {
    readonly custom?: { readonly 'serverless-offline'?: OfflineOptions };
    readonly provider: {
      readonly region: string;
      readonly stage: string;
      environment?: FunctionEnvironment;
      readonly role?: unknown;
      readonly iam?: { readonly role?: unknown };
    };
    readonly resources?: { readonly Resources?: Resources };
    readonly functions?: Readonly<Record<string, FunctionDefinition>>;
  };
}

interface FunctionDefinition extends Routed {
  environment?: FunctionEnvironment;
  readonly role?: unknown;
}

/** serverless-offline's own options, from serverless.yml or the command line. */
export interface OfflineOptions {
  readonly httpPort?: string | number;
  readonly lambdaPort?: string | number;
  readonly prefix?: string;
  readonly noPrependStageInUrl?: boolean;
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
    }),
  };
}

/**
 * Gives each function an access key of its own, by which the database knows it. A function that names a role is left out,
 * because what that role allows is not in serverless.yml.
 *
 * @returns what each function may do, by access key.
 */
function assumeRoles({ service }: Serverless): Readonly<Record<string, Caller>> {
  const { functions = {}, provider } = service;
  const shared = provider.iam?.role ?? provider.role;
  if (typeof shared === 'string') return {};
  const { givenStatements }: Roles = createRequire(import.meta.url)('../../deploy/roles.cjs');
  const callers: Record<string, Caller> = {};
  for (const [functionName, definition] of Object.entries(functions)) {
    if (definition.role !== undefined) continue;
    const accessKey = `function-${functionName}`;
    callers[accessKey] = { functionName, statements: givenStatements(definition, shared) };
    definition.environment = { ...definition.environment, AWS_ACCESS_KEY_ID: accessKey };
  }
  return callers;
}

interface Roles {
  readonly givenStatements: (definition: FunctionDefinition, shared: unknown) => Caller['statements'];
}

/** Left to itself, esbuild notices a moment after this process has gone and may say so with a Go stack trace. */
function stopBundler(): void {
  const { stop }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  void stop();
}

function apiUrl(port: number, { prefix, noPrependStageInUrl }: OfflineOptions, stage: string): string {
  return [`http://localhost:${port}`, prefix, noPrependStageInUrl ? undefined : stage]
    .filter(Boolean)
    .join('/');
}

/** The framework would wrap our sentence into a report of its own, and leave servers running. */
function orExit<Parameters extends unknown[]>(step: (...parameters: Parameters) => Promise<void>) {
  return (...parameters: Parameters) => step(...parameters).catch(exitWith);
}

function exitWith(error: unknown): never {
  console.error(describeProblem(error));
  process.exit(1);
}
