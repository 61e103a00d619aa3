import type { LocalIssuer } from './better-auth-server.ts';
import type { PortClaim } from './ports.ts';
import type { Resources } from './table-definitions.ts';

/** What the database needs to know. Everything here crosses into another thread, so it is data alone. */
export interface DatabasePlan {
  readonly claim: PortClaim;
  readonly dataDirectory: string;
  /** `resources.Resources` of serverless.yml: where the tables come from. */
  readonly resources: Resources;
  readonly region: string;
}

export interface SignInPlan {
  readonly claim: PortClaim;
  readonly issuer: LocalIssuer;
}

/**
 * The parts of the stack that run beside the gateway. Their packages are loaded here and not before: a deployment never
 * needs them, and while they load the functions are being bundled.
 */
export const PARTS = {
  database: async ({ claim, dataDirectory, resources, region }: DatabasePlan) => {
    const { startEmbeddedDynamoDb } = await import('./embedded-dynamodb.ts');
    const database = await startEmbeddedDynamoDb(claim, dataDirectory);
    const cure = `Delete the folder ${database.directory} (the tasks in it are lost) and start again.`;
    await createTables({ resources, region }, { url: database.url, cure });
    return database;
  },
  signIn: async ({ claim, issuer }: SignInPlan) => {
    const [{ startBetterAuthServer }, { fetchToken }, { DEMO_USER }] = await Promise.all([
      import('./better-auth-server.ts'),
      import('./sign-in.ts'),
      import('./demo-user.ts'),
    ]);
    const server = await startBetterAuthServer(claim, issuer);
    return { ...server, token: await fetchToken(server.url, DEMO_USER) };
  },
};

export type Part = keyof typeof PARTS;
export type PlanOf<Name extends Part> = Parameters<(typeof PARTS)[Name]>[0];
export type PartData = {
  readonly [Name in Part]: { readonly part: Name; readonly plan: PlanOf<Name> };
}[Part];

export async function createTables(
  { resources, region }: Pick<DatabasePlan, 'resources' | 'region'>,
  { url, cure }: { url: string; cure: string },
): Promise<void> {
  const [{ ensureTables }, { toTableDefinitions }] = await Promise.all([
    import('./ensure-tables.ts'),
    import('./table-definitions.ts'),
  ]);
  await ensureTables({ endpoint: url, region, cure }, [...toTableDefinitions(resources).values()]);
}
