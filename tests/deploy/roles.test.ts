import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { tasks } from '../../functions/domain/task.ts';
import { makeDynamoRequestCounter } from '../../functions/store/dynamo-request-counter.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import type { Item } from '../../functions/store/item.ts';
import { makeApi } from '../../support/api.ts';
import { type OperationObject, type Parameter, resolve } from '../../support/document.ts';
import { contract } from '../../support/documented.ts';
import { clientOf, type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { findExampleBody, PROTECTED_OPERATIONS } from '../../support/operations.ts';
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
async function recordedApi(perMinute?: number) {
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
  const { call } = makeApi({ store: makeDynamoStore({ kind: tasks, ...table }), rateLimit });
  return { call, calls };
}

type Call = Awaited<ReturnType<typeof recordedApi>>['call'];

const MISSING = '01890a5d-ac96-7cc4-b2d1-3f0a1c2d3e4f';
const STALE = { 'If-Match': '"stale"' };

async function someTask(call: Call, completed = false): Promise<string> {
  const { json } = await call<{ id: string }>('createTask', { body: { title: 'A task', completed } });
  return json.id;
}

/** Every way through each operation that may ask something else of DynamoDB. */
const WAYS: Readonly<Record<string, (call: Call, taskId: string) => Promise<unknown>>> = {
  listTasks: async (call) => {
    await call('listTasks');
    await call('listTasks', { query: { limit: '1', sort: '-createdAt' } });
    await call('listTasks', { query: { completed: 'true' } });
  },
  createTask: async (call) => {
    await someTask(call);
    const retried = { body: { title: 'Once' }, headers: { 'Idempotency-Key': 'a-key-of-this-test' } };
    await call('createTask', retried);
    await call('createTask', retried);
  },
  getTask: async (call, taskId) => {
    await call('getTask', { taskId });
    await call('getTask', { taskId: MISSING });
  },
  updateTask: async (call, taskId) => {
    await call('updateTask', { taskId, body: { title: 'Another' } });
    await call('updateTask', { taskId, body: {} });
    await call('updateTask', { taskId, body: { title: 'Another' }, headers: STALE });
    await call('updateTask', { taskId: MISSING, body: { title: 'Another' }, headers: STALE });
    await call('updateTask', { taskId: MISSING, body: { title: 'Another' } });
  },
  deleteTask: async (call, taskId) => {
    await call('deleteTask', { taskId, headers: STALE });
    await call('deleteTask', { taskId });
    await call('deleteTask', { taskId, headers: STALE });
    await call('deleteTask', { taskId });
  },
  deleteTasks: async (call) => {
    await call('deleteTasks', { query: { completed: 'true' } });
    await call('deleteTasks', { query: { all: 'true' } });
  },
};

/** Every function that needs a caller. */
const NAMES = [...new Set(PROTECTED_OPERATIONS.map(({ functionName }) => functionName))];

/** Of a function without ways of its own: each of its operations, with each header and id that can make another call. */
const usualWay = (name: string) => async (call: Call, taskId: string) => {
  for (const operation of PROTECTED_OPERATIONS.filter(({ functionName }) => functionName === name)) {
    const body = findExampleBody(operation);
    for (const headers of headersFor(operation.operation))
      for (const id of operation.pathParameters.length > 0 ? [MISSING, taskId] : [undefined])
        await call(operation.operationId, { headers, ...(id && { taskId: id }), ...(body && { body }) });
  }
};

/** Headers that make an operation ask more of the table. What deletes comes last, and once more without a record. */
function headersFor({ parameters = [] }: OperationObject): Record<string, string>[] {
  const names = parameters.map((parameter) => resolve<Parameter>(contract, parameter).name);
  if (names.includes('Idempotency-Key')) return [{}, ...Array(2).fill({ 'Idempotency-Key': 'a-usual-key' })];
  return names.includes('If-Match') ? [STALE, {}, STALE] : [{}];
}

const wayOf = (name: string) => WAYS[name] ?? usualWay(name);

/** What is wrong with the permissions of a function, as what to do in serverless.yml. */
function permissionFaults(name: string, calls: ReadonlySet<string>, allowed: readonly string[]): string[] {
  const say = (what: string) => `serverless.yml, permissions of ${name}: ${what}`;
  return [
    ...[...calls].filter((one) => !allowed.includes(one)).map((one) => say(`add ${one}`)),
    ...allowed
      .filter((one) => !calls.has(one))
      .map((one) => say(`remove ${one}, or add the way that needs it to WAYS in tests/deploy/roles.test.ts`)),
  ];
}

describe('the role of', () => {
  it.each(NAMES)('%s allows exactly the calls it makes, on the table and indexes it uses', async (name) => {
    const { call, calls } = await recordedApi();
    const taskId = await someTask(call);
    await someTask(call, true);
    calls.clear();
    await wayOf(name)(call, taskId);
    expect(permissionFaults(name, calls, permissionsOf(name))).toEqual([]);
  });

  it.each([...NAMES, 'getMe'])(
    '%s allows to count its requests too, once they are limited, and that in the partitions of counters alone',
    async (name) => {
      const { call, calls } = await recordedApi(60);
      const taskId = await someTask(call);
      await someTask(call, true);
      calls.clear();
      await (name === 'getMe' ? call('getMe') : wayOf(name)(call, taskId));
      expect(permissionFaults(name, calls, permissionsOf(name, limited))).toEqual([]);
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
