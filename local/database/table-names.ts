import { type Resources, toTableDefinitions } from './table-definitions.ts';

/** Variables of a function as serverless.yml has them: text, or something for CloudFormation to work out. */
export type FunctionEnvironment = Record<string, unknown>;

/**
 * Puts the local table name where serverless.yml has `!Ref SomeTable`. CloudFormation does that on deployment;
 * serverless-offline hands the reference itself to the function.
 */
export function nameTables(owner: { environment?: FunctionEnvironment }, resources: Resources): void {
  const tables = toTableDefinitions(resources);
  for (const [name, value] of Object.entries(owner.environment ?? {})) {
    const tableName = tables.get(findReference(value) ?? '')?.TableName;
    if (tableName !== undefined) owner.environment = { ...owner.environment, [name]: tableName };
  }
}

/** The logical id of `{ Ref: logicalId }`. */
function findReference(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('Ref' in value)) return undefined;
  return typeof value.Ref === 'string' ? value.Ref : undefined;
}
