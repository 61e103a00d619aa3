import type { Resources } from './table-definitions.ts';
import { toTableDefinitions } from './table-definitions.ts';

/** One statement of a role in serverless.yml. */
export interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** A function that calls the database, and what its role allows. Data alone, which may cross into another thread. */
export interface Caller {
  readonly functionName: string;
  readonly statements: readonly Statement[];
}

/** By access key. A call with any other key may do everything. */
export type Callers = Readonly<Record<string, Caller>>;

/** What decides about calls. */
export interface Permissions {
  readonly callers: Callers;
  /** `resources.Resources` of serverless.yml. */
  readonly resources: Resources;
  readonly region: string;
}

/** One call of the DynamoDB API, as it arrived. */
export interface DatabaseCall {
  readonly accessKey: string | undefined;
  /** `PutItem` and the like. */
  readonly operation: string | undefined;
  readonly body: unknown;
}

/** One thing that a call needs permission for. */
interface Access {
  readonly action: string;
  readonly resource: string;
  /** Partition keys, for `dynamodb:LeadingKeys`; `undefined` when the call names none. */
  readonly leadingKeys: readonly string[] | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** The account in the ARNs of dynalite. Statements are compared without region and account. */
const ACCOUNT = '000000000000';

/** Answers why a call is refused, in the words of DynamoDB; `undefined` when it is allowed. */
export type FindDenial = (call: DatabaseCall) => string | undefined;

/** Holds functions to the statements of their roles, as IAM does on AWS. docs/security.md says what is not evaluated. */
export function makeFindDenial({ callers, resources, region }: Permissions): FindDenial {
  const tables = readTables(resources);
  const toArn = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;
  return ({ accessKey, operation, body }) => {
    const caller = accessKey !== undefined && Object.hasOwn(callers, accessKey) && callers[accessKey];
    if (!caller || operation === undefined) return undefined;
    for (const access of accessesOf(operation, toMembers(body), { tables, toArn })) {
      const verdict = decide(caller.statements, access, tables);
      if (verdict !== 'allowed') return sentence(caller, access, verdict);
    }
    return undefined;
  };
}

type Verdict = 'allowed' | 'denied' | 'not allowed';

function decide(statements: readonly Statement[], access: Access, tables: Tables): Verdict {
  const matching = statements.filter((statement) => applies(statement, access, tables));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'not allowed';
}

function sentence({ functionName }: Caller, { action, resource }: Access, verdict: Verdict): string {
  const user = `arn:aws:sts::${ACCOUNT}:assumed-role/${functionName}/${functionName}`;
  const reason =
    verdict === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

function applies(statement: Statement, { action, resource, leadingKeys }: Access, tables: Tables): boolean {
  const isNamed = (value: unknown, toPattern: (entry: unknown) => string, text: string) =>
    [value].flat().some((entry) => matches(toPattern(entry), text));
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const hasAction =
    Action === undefined
      ? NotAction !== undefined && !isNamed(NotAction, lowerCase, action.toLowerCase())
      : isNamed(Action, lowerCase, action.toLowerCase());
  const toResource = (entry: unknown) => withoutAccount(toText(entry, tables));
  const hasResource =
    Resource === undefined
      ? NotResource !== undefined && !isNamed(NotResource, toResource, withoutAccount(resource))
      : isNamed(Resource, toResource, withoutAccount(resource));
  return hasAction && hasResource && holds(Condition, leadingKeys);
}

const lowerCase = (value: unknown) => String(value).toLowerCase();

/** `*` stands for any text and `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** The region and the account of this machine are made up. */
function withoutAccount(arn: string): string {
  const [arnWord, partition, service, _region, _account, ...name] = arn.split(':');
  return name.length === 0 ? arn : [arnWord, partition, service, '', '', ...name].join(':');
}

const LEADING_KEYS = 'dynamodb:leadingkeys';

/** Conditions on other keys are not evaluated, and hold. */
function holds(condition: unknown, leadingKeys: readonly string[] | undefined): boolean {
  return Object.entries(toMembers(condition)).every(([operator, keys]) =>
    Object.entries(toMembers(keys))
      .filter(([name]) => name.toLowerCase() === LEADING_KEYS)
      .every(([, value]) => compare(operator, [value].flat().map(String), leadingKeys)),
  );
}

function compare(operator: string, values: readonly string[], found: readonly string[] | undefined): boolean {
  const [, set, name] = /^(?:(ForAllValues|ForAnyValue):)?(.+)$/.exec(operator) ?? [];
  if (name === 'Null') return (found === undefined) === (values[0] === 'true');
  const isLike = name?.endsWith('Like') === true;
  const isIn = (key: string) => values.some((value) => (isLike ? matches(value, key) : value === key));
  const isMet = name?.includes('Not') ? (key: string) => !isIn(key) : isIn;
  if (set === 'ForAllValues') return (found ?? []).every(isMet);
  return (found ?? []).some(isMet);
}

interface Table {
  readonly tableName: string;
  /** The attribute that is the partition key of the table (''), and of each index by its name. */
  readonly partitionKeys: ReadonlyMap<string, string>;
}

interface Tables {
  readonly byLogicalId: ReadonlyMap<string, Table>;
  readonly byName: ReadonlyMap<string, Table>;
}

function readTables(resources: Resources): Tables {
  const byLogicalId = new Map<string, Table>();
  for (const [id, definition] of toTableDefinitions(resources)) {
    const { TableName = id, LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = definition;
    const keyed = [{ ...definition, IndexName: '' }, ...LocalSecondaryIndexes, ...GlobalSecondaryIndexes];
    const partitionKeys = keyed.map(({ IndexName = '', KeySchema = [] }) => {
      const partition = KeySchema.find(({ KeyType }) => KeyType === 'HASH');
      return [IndexName, partition?.AttributeName ?? ''] as const;
    });
    byLogicalId.set(id, { tableName: TableName, partitionKeys: new Map(partitionKeys) });
  }
  return {
    byLogicalId,
    byName: new Map([...byLogicalId.values()].map((table) => [table.tableName, table])),
  };
}

/** An ARN as text. What only CloudFormation knows stands for anything. */
function toText(value: unknown, tables: Tables): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': template, 'Fn::Join': joined } = toMembers(value);
  if (typeof Ref === 'string') return tables.byLogicalId.get(Ref)?.tableName ?? '*';
  if (attribute !== undefined) return attributeOf([attribute].flat().join('.'), tables);
  if (template !== undefined) {
    const [text] = [template].flat();
    return String(text).replace(/\$\{([^}]*)\}/g, (_, name: string) =>
      name.includes('.') ? attributeOf(name, tables) : toText({ Ref: name }, tables),
    );
  }
  if (!Array.isArray(joined)) return '*';
  const [separator, parts] = joined;
  return [parts]
    .flat()
    .map((part) => toText(part, tables))
    .join(String(separator));
}

function attributeOf(name: string, tables: Tables): string {
  const [id = '', attribute] = name.split('.');
  const table = tables.byLogicalId.get(id);
  return table && attribute === 'Arn' ? `arn:aws:dynamodb:::table/${table.tableName}` : '*';
}

interface Names {
  readonly tables: Tables;
  readonly toArn: (tableName: string) => string;
}

function accessesOf(operation: string, body: Members, names: Names): readonly Access[] {
  const action = `dynamodb:${operation}`;
  const { RequestItems, TableName, IndexName } = body;
  if (operation.startsWith('Batch'))
    return Object.entries(toMembers(RequestItems)).map(([table, requests]) => ({
      action,
      resource: names.toArn(table),
      leadingKeys: keysOf(batchItems(requests), names, table),
    }));
  if (typeof TableName !== 'string') return [{ action, resource: '*', leadingKeys: undefined }];
  const index = typeof IndexName === 'string' ? `/index/${IndexName}` : '';
  const leadingKeys =
    operation === 'Query'
      ? queriedKeys(body, names, TableName)
      : keysOf([body['Key'] ?? body['Item']], names, TableName);
  return [{ action, resource: `${names.toArn(TableName)}${index}`, leadingKeys }];
}

/** Of BatchGetItem (`Keys`) and BatchWriteItem (a list of puts and deletes). */
function batchItems(requests: unknown): readonly unknown[] {
  if (!Array.isArray(requests)) return [toMembers(requests)['Keys']].flat();
  return requests.map((request) => {
    const { PutRequest, DeleteRequest } = toMembers(request);
    return toMembers(PutRequest)['Item'] ?? toMembers(DeleteRequest)['Key'];
  });
}

function keysOf(
  items: readonly unknown[],
  { tables }: Names,
  tableName: string,
): readonly string[] | undefined {
  const partitionKey = tables.byName.get(tableName)?.partitionKeys.get('');
  const keys = items.flatMap((item) => readText(toMembers(item)[partitionKey ?? '']));
  return keys.length === 0 ? undefined : keys;
}

/** The partition that a Query names: `#key = :value`. */
function queriedKeys(body: Members, { tables }: Names, tableName: string): readonly string[] | undefined {
  const partitionKey = tables.byName.get(tableName)?.partitionKeys.get(String(body['IndexName'] ?? ''));
  const [names, values] = [
    toMembers(body['ExpressionAttributeNames']),
    toMembers(body['ExpressionAttributeValues']),
  ];
  const equalities = String(body['KeyConditionExpression'] ?? '').matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g);
  for (const [, name = '', value = ''] of equalities) {
    if ((names[name] ?? name) === partitionKey) return readText(values[value]);
  }
  return undefined;
}

/** `{ S: 'text' }` or `{ N: '1' }`. */
function readText(attribute: unknown): readonly string[] {
  const [value] = Object.values(toMembers(attribute));
  return value === undefined ? [] : [String(value)];
}

function toMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
