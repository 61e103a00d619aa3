import type { LocalSettings } from './local-settings.ts';
import { isLoopback } from './loopback.ts';
import type { PortClaim } from './ports.ts';
import { type Resources, toTableDefinitions } from './table-definitions.ts';

/** What the API needs beside it on this machine, up and answering. */
export interface LocalStack {
  readonly databaseUrl: string;
  /** Folder of the embedded database, absolute; `undefined` when another database is used. */
  readonly databaseDirectory: string | undefined;
  /** Whether another stack of this project has the tasks there usually are. */
  readonly isBeside: boolean;
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

/**
 * Starts database and sign-in server side by side. Their packages are loaded here and not before: a deployment never
 * needs them, and while they load the functions are being bundled.
 */
export async function startStack(plan: StackPlan): Promise<LocalStack> {
  const [database, signIn] = await Promise.all([startDatabase(plan), startSignIn(plan.settings)]);
  return {
    databaseUrl: database.url,
    databaseDirectory: database.directory,
    isBeside: database.isBeside,
    signIn,
    stop: async () => {
      await Promise.all([database.stop(), signIn?.stop()]);
    },
  };
}

async function startDatabase(plan: StackPlan) {
  const claim = stackClaims(plan.settings).database;
  if (claim === undefined) return useOtherDatabase(plan);
  const { startEmbeddedDynamoDb } = await import('./embedded-dynamodb.ts');
  const database = await startEmbeddedDynamoDb(claim, plan.settings.dataDirectory);
  const cure = `Delete the folder ${database.directory} (the tasks in it are lost) and start again.`;
  await createTables(plan, { url: database.url, cure });
  return database;
}

/** Tables are made in a database on this machine only: one further away may be real. */
async function useOtherDatabase(plan: StackPlan) {
  const url = plan.settings.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
  const cure = `Delete the table at ${url} (the tasks in it are lost) and start again.`;
  if (isLoopback(url)) await createTables(plan, { url, cure });
  return { url, directory: undefined, isBeside: false, stop: async () => {} };
}

async function createTables(
  { resources, region }: StackPlan,
  { url, cure }: { url: string; cure: string },
): Promise<void> {
  const { ensureTables } = await import('./ensure-tables.ts');
  await ensureTables({ endpoint: url, region, cure }, [...toTableDefinitions(resources).values()]);
}

async function startSignIn(settings: LocalSettings) {
  const claim = stackClaims(settings).signIn;
  if (claim === undefined || settings.issuer === undefined) return undefined;
  const [{ startBetterAuthServer }, { fetchToken }, { DEMO_USER }] = await Promise.all([
    import('./better-auth-server.ts'),
    import('./sign-in.ts'),
    import('./demo-user.ts'),
  ]);
  const server = await startBetterAuthServer(claim, settings.issuer);
  const token = await fetchToken(server.url, DEMO_USER);
  return { ...server, token };
}
