import { createRequire } from 'node:module';
import type { Caller } from '../database/permissions.ts';
import type { FunctionEnvironment, Resources } from '../database/table-definitions.ts';
import type { Routed } from './announcement.ts';

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

/**
 * Gives each function an access key of its own, by which the database knows it. A function that names a role is left out,
 * because what that role allows is not in serverless.yml.
 *
 * @returns what each function may do, by access key.
 */
export function assumeRoles({ service }: Serverless): Readonly<Record<string, Caller>> {
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

/** Where the API answers, with its stage. */
export function apiUrl(port: number, { prefix, noPrependStageInUrl }: OfflineOptions, stage: string): string {
  return [`http://localhost:${port}`, prefix, noPrependStageInUrl ? undefined : stage]
    .filter(Boolean)
    .join('/');
}
