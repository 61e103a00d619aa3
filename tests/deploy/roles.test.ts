import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDynamoRequestCounter } from '../../functions/store/dynamo-request-counter.ts';
import type { Item } from '../../functions/store/item.ts';
import { makeApi } from '../../support/api.ts';
import { type OperationObject, type Parameter, resolve } from '../../support/document.ts';
import { contract } from '../../support/documented.ts';
import { clientOf, type Embedded, startDynamo, storesIn, viaSdk } from '../../support/dynamodb.ts';
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
import { createRecord, filtered, findResource } from '../../support/resources.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const COUNTERS = ' for requests\n*';

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

const logicalId = (name: string) => name.replace(/^./, (letter) => letter.toUpperCase());

/** The statements of the one role of a function. */
function statementsOf(functionName: string, { template } = packaged): readonly Statement[] {
  const id = logicalId(functionName);
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

/** The logical id of the table that a variable of a function names: that of its records, or that of the counters. */
function tableOf(functionName: string, of: 'records' | 'counters'): string {
  const { Environment } = propertiesOf(packaged.template, `${logicalId(functionName)}LambdaFunction`) as {
    Environment: { Variables: Record<string, { Ref?: string }> };
  };
  const named = Object.entries(Environment.Variables).flatMap(([name, { Ref }]) =>
    Ref !== undefined && (name === 'RATE_LIMIT_TABLE') === (of === 'counters') ? [Ref] : [],
  );
  const [table = 'none', ...others] = [...new Set(named)];
  if (others.length === 0) return table;
  throw new Error(`serverless.yml, environment of ${functionName}: name the one table of its records`);
}

/** An API on a table as it is deployed, and what a function has asked of DynamoDB so far. */
async function recordedApi(functionName: string, perMinute?: number) {
  const tableName = await embedded.freshTable();
  const calls = new Set<string>();
  client = clientOf(embedded.endpoint);
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (command) => {
        const { IndexName, Key } = command.input as { IndexName?: string; Key?: Item };
        const isCount = Key?.['userId']?.S?.startsWith('requests\n') ?? false;
        const table = tableOf(functionName, isCount ? 'counters' : 'records');
        const resource =
          IndexName === undefined
            ? { 'Fn::GetAtt': [table, 'Arn'] }
            : { 'Fn::Sub': `\${${table}.Arn}/index/${IndexName}` };
        const action = `dynamodb:${String(commandName).replace(/Command$/, '')}`;
        calls.add(`${action} on ${JSON.stringify(resource)}${isCount ? COUNTERS : ''}`);
        return next(command);
      },
    { step: 'initialize' },
  );
  const count = makeDynamoRequestCounter({ client: viaSdk(client), tableName });
  const rateLimit = perMinute === undefined ? undefined : { perMinute, count };
  return {
    api: makeApi({ storeOf: storesIn(tableName, viaSdk(client)), rateLimit }),
    /** Of the same table, without a record of what it asks. */
    others: makeApi({ storeOf: storesIn(tableName, embedded.client) }),
    calls,
  };
}

type Recorded = Awaited<ReturnType<typeof recordedApi>>;

const MISSING = '01890a5d-ac96-7cc4-b2d1-3f0a1c2d3e4f';
const STALE = { 'If-Match': '"stale"' };

/** Every function that needs a caller. */
const NAMES = [...new Set(PROTECTED_OPERATIONS.map(({ functionName }) => functionName))];

/**
 * Sends each request that may ask something else of DynamoDB: every query, body, id and header of each operation of the
 * function. For each query there are records again.
 */
async function callAllWays(functionName: string, { api, others }: Recorded): Promise<void> {
  for (const operation of PROTECTED_OPERATIONS.filter((one) => one.functionName === functionName)) {
    for (const query of exampleQueries(operation)) {
      const own = await newRecord(operation, others);
      for (const headers of headersFor(operation.operation))
        for (const body of bodiesFor(operation))
          for (const id of operation.pathParameters.length > 0 ? [MISSING, own] : [undefined])
            await api.call(operation.operationId, { query, headers, ...(id && { id }), ...body });
    }
  }
}

/** Of the kind at whose path the operation is, such that every filter finds one. */
async function newRecord(
  operation: ServedOperation,
  others: Recorded['others'],
): Promise<string | undefined> {
  const resource = findResource(operation);
  if (resource === undefined) return undefined;
  await createRecord(others, resource, { fields: filtered(resource, true) });
  return (await createRecord(others, resource)).id;
}

/** An update that changes nothing is another call. */
function bodiesFor(operation: ServedOperation): { body?: object }[] {
  const body = findExampleBody(operation);
  if (body === undefined) return [{}];
  return operation.pathParameters.length > 0 ? [{ body }, { body: {} }] : [{ body }];
}

/** Headers that make an operation ask more of the table. What deletes comes last, and once more without a record. */
function headersFor({ parameters = [] }: OperationObject): Record<string, string>[] {
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
    const recorded = await recordedApi(name);
    await callAllWays(name, recorded);
    expect(permissionFaults(name, recorded.calls, permissionsOf(name))).toEqual([]);
  });

  it.each([...NAMES, 'getMe'])(
    '%s allows to count its requests too, once they are limited, and that in the partitions of counters alone',
    async (name) => {
      const recorded = await recordedApi(name, 1000);
      if (name === 'getMe') await recorded.api.call('getMe');
      else await callAllWays(name, recorded);
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
      const id = logicalId(name);
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
