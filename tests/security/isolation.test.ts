import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { PROTECTED_OPERATIONS } from '../../support/operations.ts';
import { RESOURCES } from '../../support/resources.ts';
import { type Invoke, invokeDeployed, isolationFaults } from './isolation-probe.ts';

const BEFORE = { ...process.env };
let dynamo: Embedded;
let table: Parameters<typeof isolationFaults>[1];

beforeAll(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
  dynamo = await startDynamo();
  const tableName = await dynamo.freshTable();
  table = { client: dynamo.sdk, tableName };
  Object.assign(process.env, {
    TASKS_TABLE: tableName,
    RATE_LIMIT_TABLE: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
afterAll(async () => {
  process.env = { ...BEFORE };
  await dynamo.stop();
});

/** The event as if another user had sent it. */
function sentBy(userId: string, event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  const authorizer = { ...event.requestContext.authorizer, userId, principalId: userId };
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}

const callerOf = (event: APIGatewayProxyEvent): string => event.requestContext.authorizer?.['userId'];

/** The number in a name such as `bob.7.`: the users of a probe count on. */
const numberOf = (name: string): number => Number(name.split('.')[1]);

/** What an endpoint does that ignores its caller. */
const FAULTS: Readonly<Record<string, Invoke>> = {
  'takes everybody for one user': (name, event) => invokeDeployed(name, sentBy('everybody', event)),
  'takes its caller for the user after them': (name, event) =>
    invokeDeployed(name, sentBy(`ann.${numberOf(callerOf(event)) + 1}.`, event)),
};

/** What an endpoint of a single record can do in addition. */
const FAULTS_OF_ONE: Readonly<Record<string, Invoke>> = {
  'looks a record up by its id, for any caller': async (name, event) => {
    const own = await invokeDeployed(name, event);
    if (own.statusCode !== 404) return invokeDeployed(name, sentBy('everybody', event));
    return invokeDeployed(name, sentBy(`ann.${numberOf(callerOf(event)) + 1}.`, event));
  },
};

describe.each(PROTECTED_OPERATIONS.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (_id, operation) => {
    it('shows and changes what is its caller’s, and nothing else', async () => {
      expect(await isolationFaults(operation, table, invokeDeployed)).toEqual([]);
    });

    const faults = { ...FAULTS, ...(operation.pathParameters.length > 0 && FAULTS_OF_ONE) };
    it.each(Object.entries(faults))('would be found out if it %s', async (_fault, faulty) => {
      expect(await isolationFaults(operation, table, faulty)).not.toEqual([]);
    });
  },
);

describe('the probe', () => {
  it('knows a kind of record for each path under which there are single ones', () => {
    const collections = PROTECTED_OPERATIONS.filter(({ pathParameters }) => pathParameters.length > 0).map(
      ({ path }) => path.replace(/\/\{.*$/, ''),
    );
    expect(RESOURCES.map(({ path }) => path)).toEqual([...new Set(collections)]);
  });
});
