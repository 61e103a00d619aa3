import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDynamoRequestCounter } from '../../functions/store/dynamo-request-counter.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import type { Item } from '../../functions/store/item.ts';
import { makeApi } from '../../support/api.ts';
import { type Parameter, resolve, type Schema } from '../../support/document.ts';
import { contract } from '../../support/documented.ts';
import { clientOf, type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { type AnyKind, loadKinds } from '../../support/kinds.ts';
import {
  exampleQueries,
  findExampleBody,
  PROTECTED_OPERATIONS,
  type ServedOperation,
} from '../../support/operations.ts';
import {
  type Packaged,
  packageService,
  packageWithOptions,
  propertiesOf,
  resourcesOf,
} from '../../support/packaged.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const TABLE = JSON.stringify({ 'Fn::GetAtt': ['TasksTable', 'Arn'] });
const COUNTERS = ' for requests\n*';
const indexArn = (name: string) => JSON.stringify({ 'Fn::Sub': `\${TasksTable.Arn}/index/${name}` });

let packaged: Packaged;
let limited: Packaged;
let embedded: Embedded;
let client: DynamoDBClient;

beforeAll(async () => {
  packaged = await packageService('prod');
  limited = await packageWithOptions();
  embedded = await startDynamo();
}, 300_000);
afterEach(() => client?.destroy());
afterAll(() => embedded?.stop());

/** The statements of the one role of a function. */
function statementsOf(functionName: string, { template } = packaged): readonly Statement[] {
  const id = functionName[0]?.toUpperCase() + functionName.slice(1);
  const role = propertiesOf(template, `${id}LambdaFunction`)['Role'];
  expect(role).toEqual({ 'Fn::GetAtt': [`${id}Role`, 'Arn'] });
  const { Policies, ManagedPolicyArns } = propertiesOf(template, `${id}Role`) as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
    ManagedPolicyArns?: unknown;
  };
  expect(ManagedPolicyArns).toBeUndefined();
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** `dynamodb:Action on resource`, for every DynamoDB permission of a function, with the keys it is held to. */
function permissionsOf(functionName: string, of = packaged): string[] {
  return statementsOf(functionName, of)
    .flatMap(({ Action, Resource, Condition }) =>
      Action.map((action) => `${action} on ${JSON.stringify(Resource)}${keysOf(Condition)}`),
    )
    .filter((permission) => permission.startsWith('dynamodb:'))
    .sort();
}

/** `Null` as well, because `ForAllValues` holds of a request that names no key. */
function keysOf(condition: Statement['Condition']): string {
  if (condition === undefined) return '';
  expect(condition['Null']).toEqual({ 'dynamodb:LeadingKeys': 'false' });
  return ` for ${condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']}`;
}

/** An API on the table that is deployed, and what its store has asked of DynamoDB so far. */
async function recordedApi(kind: AnyKind, perMinute?: number) {
  const tableName = await embedded.freshTable();
  const calls = new Set<string>();
  client = clientOf(embedded.endpoint);
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (command) => {
        const { IndexName, Key } = command.input as { IndexName?: string; Key?: Item };
        const keys = Key?.['userId']?.S?.startsWith('requests\n') ? COUNTERS : '';
        const action = `dynamodb:${String(commandName).replace(/Command$/, '')}`;
        calls.add(`${action} on ${IndexName === undefined ? TABLE : indexArn(IndexName)}${keys}`);
        return next(command);
      },
    { step: 'initialize' },
  );
  const table = { client, tableName };
  const rateLimit =
    perMinute === undefined ? undefined : { perMinute, count: makeDynamoRequestCounter(table) };
  const { call } = makeApi({ store: makeDynamoStore({ kind, ...table }) as never, rateLimit });
  return { call, calls };
}

type Recorded = Awaited<ReturnType<typeof recordedApi>>;
type Call = Recorded['call'];

const MISSING = '01890a5d-ac96-7cc4-b2d1-3f0a1c2d3e4f';
const STALE = { 'If-Match': '"stale"' };

/** Every function that needs a caller. */
const NAMES = [...new Set(PROTECTED_OPERATIONS.map(({ functionName }) => functionName))];
const KINDS = await loadKinds();

/** The kind under whose path a function serves, or the first: a single route may read any. */
function kindOf(functionName: string): AnyKind {
  const { path } = PROTECTED_OPERATIONS.find((operation) => operation.functionName === functionName) ?? {};
  const kind = KINDS.find(({ plural }) => path?.split('/').includes(plural)) ?? KINDS[0];
  if (kind === undefined) throw new Error('functions/domain/ defines no kind');
  return kind;
}

/** Two new records: the example, and one in which each field that can be true is. */
async function createRecords(call: Call, { plural }: AnyKind): Promise<string> {
  const create = PROTECTED_OPERATIONS.find(
    ({ method, path }) => method === 'POST' && path === `/api/${plural}`,
  );
  if (create === undefined) throw new Error(`openapi.yml has no POST /api/${plural}`);
  const body = { ...findExampleBody(create) };
  const { schema } = create.operation.requestBody?.content['application/json'] ?? {};
  const { properties = {} } = resolve<Schema>(contract, schema ?? {});
  const flags = Object.entries(properties).filter(([, { type }]) => [type].flat().includes('boolean'));
  const set = Object.fromEntries(flags.map(([name]) => [name, true]));
  await call(create.operationId, { body: { ...body, ...set } });
  return (await call<{ id: string }>(create.operationId, { body })).json.id;
}

/** Each operation of a function, with each query, header and id that can make it ask something else of DynamoDB. */
async function useEveryWay(functionName: string, kind: AnyKind, { call, calls }: Recorded): Promise<void> {
  const asked = new Set<string>();
  for (const operation of PROTECTED_OPERATIONS.filter((one) => one.functionName === functionName))
    for (const query of exampleQueries(operation)) {
      const made = await createRecords(call, kind);
      calls.clear();
      for (const headers of headersFor(operation))
        for (const id of operation.pathParameters.length > 0 ? [MISSING, made] : [undefined])
          await call(operation.operationId, {
            query,
            headers,
            ...(id && { taskId: id }),
            ...bodyOf(operation),
          });
      for (const one of calls) asked.add(one);
    }
  calls.clear();
  for (const one of asked) calls.add(one);
}

const bodyOf = (operation: ServedOperation) => {
  const body = findExampleBody(operation);
  return body && { body };
};

/** Headers that make an operation ask more of the table. What deletes comes last, and once more without a record. */
function headersFor({ operation: { parameters = [] } }: ServedOperation): Record<string, string>[] {
  const names = parameters.map((parameter) => resolve<Parameter>(contract, parameter).name);
  if (names.includes('Idempotency-Key')) return [{}, ...Array(2).fill({ 'Idempotency-Key': 'a-usual-key' })];
  return names.includes('If-Match') ? [STALE, {}, STALE] : [{}];
}

/** What is wrong with the permissions of a function, as what to do in serverless.yml. */
function permissionFaults(name: string, calls: ReadonlySet<string>, allowed: readonly string[]): string[] {
  const say = (what: string) => `serverless.yml, permissions of ${name}: ${what}`;
  return [
    ...[...calls].filter((one) => !allowed.includes(one)).map((one) => say(`add ${one}`)),
    ...allowed
      .filter((one) => !calls.has(one))
      .map((one) => say(`remove ${one}, or give the parameter that needs it an example in openapi.yml`)),
  ];
}

describe('the role of', () => {
  it.each(NAMES)('%s allows exactly the calls it makes, on the table and indexes it uses', async (name) => {
    const kind = kindOf(name);
    const recorded = await recordedApi(kind);
    await useEveryWay(name, kind, recorded);
    expect(permissionFaults(name, recorded.calls, permissionsOf(name))).toEqual([]);
  });

  it.each([...NAMES, 'getMe'])(
    '%s allows to count its requests too, once they are limited, and that in the partitions of counters alone',
    async (name) => {
      const kind = kindOf(name);
      const recorded = await recordedApi(kind, 60);
      await (name === 'getMe' ? recorded.call('getMe') : useEveryWay(name, kind, recorded));
      expect(permissionFaults(name, recorded.calls, permissionsOf(name, limited))).toEqual([]);
    },
  );

  it('every other function, the authorizer among them, allows nothing of DynamoDB', () => {
    const others = Object.keys(packaged.zips).filter((name) => !NAMES.includes(name));
    expect(others).toEqual(expect.arrayContaining(['authorizer', 'getHealth', 'getMe']));
    for (const name of others) expect(permissionsOf(name)).toEqual([]);
  });

  it('any function allows in addition only its own log, and traces, which have no resource to name', () => {
    for (const name of Object.keys(packaged.zips)) {
      const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
      const rest = statementsOf(name).filter(({ Action }) => !Action[0]?.startsWith('dynamodb:'));
      expect(rest).toEqual([
        expect.objectContaining({
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [`${id}LogGroup`, 'Arn'] },
        }),
        expect.objectContaining({
          Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          Resource: '*',
        }),
      ]);
    }
  });
});

describe('roles', () => {
  it('are one per function and one for the log of API Gateway, each assumed by its service alone', () => {
    const roles = resourcesOf(packaged.template, 'AWS::IAM::Role');
    expect(roles).toHaveLength(Object.keys(packaged.zips).length + 1);
    for (const [id, { Properties }] of roles) {
      const Service = id === 'ApiGatewayLogRole' ? 'apigateway.amazonaws.com' : 'lambda.amazonaws.com';
      const { Statement } = Properties['AssumeRolePolicyDocument'] as { Statement: unknown };
      expect(Statement).toEqual([{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }]);
    }
  });
});
