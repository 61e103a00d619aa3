import type { Resources } from '../database/table-definitions.ts';
import type { PortClaim } from '../settings/ports.ts';
import type { LocalIssuer } from '../sign-in/better-auth-server.ts';

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
 * The parts of the stack that run beside the gateway: each loads its packages, which takes most of its time, and gives
 * what starts it. A deployment needs none of them.
 */
export const PARTS = {
  database: async () => {
    const [{ startEmbeddedDynamoDb }] = await Promise.all([
      import('../database/embedded-dynamodb.ts'),
      loadTables(),
    ]);
    return async ({ claim, dataDirectory, resources, region }: DatabasePlan) => {
      const database = await startEmbeddedDynamoDb(claim, dataDirectory);
      const cure = `Delete the folder ${database.directory} (the tasks in it are lost) and start again.`;
      await createTables({ resources, region }, { url: database.url, cure });
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

export async function createTables(
  { resources, region }: Pick<DatabasePlan, 'resources' | 'region'>,
  { url, cure }: { url: string; cure: string },
): Promise<void> {
  const [{ ensureTables }, { toTableDefinitions }] = await loadTables();
  await ensureTables({ endpoint: url, region, cure }, [...toTableDefinitions(resources).values()]);
}

function loadTables() {
  return Promise.all([import('../database/ensure-tables.ts'), import('../database/table-definitions.ts')]);
}
