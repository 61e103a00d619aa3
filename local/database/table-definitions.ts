import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
  LocalSecondaryIndexDescription,
  TableDescription,
} from '@aws-sdk/client-dynamodb';

/** What a table is made of, as CloudFormation and CreateTable both spell it. The rest is for AWS only. */
type TableProperties = Partial<
  Pick<
    CreateTableCommandInput,
    | 'TableName'
    | 'AttributeDefinitions'
    | 'KeySchema'
    | 'BillingMode'
    | 'ProvisionedThroughput'
    | 'GlobalSecondaryIndexes'
    | 'LocalSecondaryIndexes'
  >
>;

/** `resources.Resources` of a resolved serverless.yml; nothing about it is certain. */
export type Resources = Readonly<
  Record<string, { readonly Type?: unknown; readonly Properties?: unknown } | null>
>;

/**
 * The `AWS::DynamoDB::Table` resources as CreateTable takes them, by logical id. Recovery, encryption, tags, streams and
 * deletion protection are left out: the embedded database has none of them.
 *
 * A table whose name is left to CloudFormation goes by its logical id.
 */
export function toTableDefinitions(resources: Resources): ReadonlyMap<string, CreateTableCommandInput> {
  const tables = Object.entries(resources).filter(
    ([, resource]) => resource?.Type === 'AWS::DynamoDB::Table',
  );
  return new Map(tables.map(([id, table]) => [id, toTableDefinition(id, table?.Properties ?? {})]));
}

/** The attribute after which items expire, by table name. CreateTable does not take it. */
export function toExpiryAttributes(resources: Resources): ReadonlyMap<string, string> {
  const entries = [...toTableDefinitions(resources)].flatMap(([id, { TableName }]) => {
    const { TimeToLiveSpecification } = Object(resources[id]?.Properties) as {
      TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
    };
    return TableName !== undefined && TimeToLiveSpecification?.Enabled
      ? [[TableName, TimeToLiveSpecification.AttributeName] as const]
      : [];
  });
  return new Map(entries);
}

function toTableDefinition(logicalId: string, properties: TableProperties): CreateTableCommandInput {
  const { TableName, AttributeDefinitions, KeySchema, BillingMode, ProvisionedThroughput } = properties;
  return {
    TableName: typeof TableName === 'string' ? TableName : logicalId,
    AttributeDefinitions,
    KeySchema,
    ...(BillingMode !== undefined && { BillingMode }),
    ...(ProvisionedThroughput !== undefined && { ProvisionedThroughput }),
    ...listUnlessEmpty('LocalSecondaryIndexes', properties.LocalSecondaryIndexes?.map(toIndex)),
    ...listUnlessEmpty('GlobalSecondaryIndexes', properties.GlobalSecondaryIndexes?.map(toGlobalIndex)),
  };
}

function listUnlessEmpty<Name extends string, Entry>(name: Name, list: Entry[] | undefined) {
  return list === undefined || list.length === 0 ? {} : ({ [name]: list } as Record<Name, Entry[]>);
}

function toIndex({ IndexName, KeySchema, Projection }: LocalSecondaryIndex): LocalSecondaryIndex {
  return { IndexName, KeySchema, Projection };
}

function toGlobalIndex(index: GlobalSecondaryIndex): GlobalSecondaryIndex {
  const { ProvisionedThroughput } = index;
  return { ...toIndex(index), ...(ProvisionedThroughput !== undefined && { ProvisionedThroughput }) };
}

/**
 * Whether a table on disk still is the one serverless.yml describes. Keys and indexes count; a table keeps the ones it
 * was made with.
 */
export function isSameTable(wanted: CreateTableCommandInput, found: TableDescription): boolean {
  return shapeOf(wanted) === shapeOf(found);
}

function shapeOf(table: CreateTableCommandInput | TableDescription): string {
  const indexes = [...(table.LocalSecondaryIndexes ?? []), ...(table.GlobalSecondaryIndexes ?? [])];
  const attributes = table.AttributeDefinitions?.map(
    ({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`,
  );
  return JSON.stringify([keysOf(table), attributes?.sort(), indexes.map(indexShape).sort()]);
}

function keysOf({ KeySchema }: Pick<TableDescription, 'KeySchema'>): unknown {
  return KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]);
}

function indexShape(index: LocalSecondaryIndexDescription): string {
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection ?? {};
  return JSON.stringify([index.IndexName, keysOf(index), ProjectionType, [...NonKeyAttributes].sort()]);
}

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
