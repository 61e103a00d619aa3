import type { Callers } from '../database/permissions.ts';
import type { Resources } from '../database/table-definitions.ts';
import type { LocalSettings } from '../settings/local-settings.ts';
import { isLoopback, type PortClaim } from '../settings/ports.ts';
import { prepareThread, startInThread } from './threads.ts';

/** The servers that the API needs on this machine, once they answer. */
export interface LocalStack {
  readonly databaseUrl: string;
  /** Folder of the embedded database, absolute; `undefined` when another database is used. */
  readonly databaseDirectory: string | undefined;
  /** Whether another stack of this project has the tasks there usually are. */
  readonly isSecondStack: boolean;
  readonly signIn: SignIn | undefined;
  readonly stop: () => Promise<void>;
}

interface SignIn {
  readonly url: string;
  /** Fresh, for the demo user. */
  readonly token: string;
}

export interface StackPlan {
  readonly settings: LocalSettings;
  /** `resources.Resources` of serverless.yml: where the tables come from. */
  readonly resources: Resources;
  readonly region: string;
  /** What each function may do in the embedded database, by access key. */
  readonly callers?: Callers;
}

/** The ports of what {@link startStack} starts. */
export function stackClaims({ authPort, dynamoDbPort, issuer, hasEmbeddedDynamoDb }: LocalSettings): {
  signIn: PortClaim | undefined;
  database: PortClaim | undefined;
} {
  const signIn = { port: authPort, purpose: 'the Better Auth sign-in server', variable: 'AUTH_PORT' };
  const database = { port: dynamoDbPort, purpose: 'the embedded DynamoDB', variable: 'DYNAMODB_PORT' };
  return { signIn: issuer && signIn, database: hasEmbeddedDynamoDb ? database : undefined };
}

/** Loads in advance what {@link startStack} will start, while other work goes on. */
export function prepareStack(settings: LocalSettings): void {
  const { signIn, database } = stackClaims(settings);
  if (signIn !== undefined) prepareThread('signIn');
  if (database !== undefined) prepareThread('database');
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

/** What the framework resolved, without whatever cannot cross into another thread. */
function toData<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
