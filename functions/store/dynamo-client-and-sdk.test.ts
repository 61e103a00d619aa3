import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { deployedClient, viaSdk } from '../../support/dynamodb.ts';
import {
  type Answer,
  cut,
  found,
  named,
  type Received,
  refusal,
  startScriptedDynamo,
} from '../../support/scripted-dynamo.ts';
import type { DynamoClient, Operation, Operations } from './dynamo-operations.ts';

const Key = { userId: { S: 'ann' }, id: { S: 'ä"\u0000\u2028🐎' } };
const Item = {
  ...Key,
  order: { N: '1.5' },
  done: { BOOL: false },
  tags: { L: [{ S: '' }] },
  due: { NULL: true },
};
const values: Record<string, AttributeValue> = { ':some': { M: { a: { SS: ['x'] } } } };

/** One request of each operation, with a parameter that is left out. */
const REQUESTS: { readonly [Name in Operation]: Operations[Name]['input'] } = {
  BatchWriteItem: { RequestItems: { tasks: [{ DeleteRequest: { Key } }, { PutRequest: { Item } }] } },
  DeleteItem: {
    TableName: 'tasks',
    Key,
    ConditionExpression: 'a = :some',
    ExpressionAttributeValues: values,
  },
  GetItem: { TableName: 'tasks', Key, ConsistentRead: true },
  PutItem: { TableName: 'tasks', Item, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  Query: { TableName: 'tasks', Limit: 3, ScanIndexForward: false, ExclusiveStartKey: undefined },
  UpdateItem: {
    TableName: 'tasks',
    Key,
    UpdateExpression: 'SET a = :some',
    ExpressionAttributeValues: values,
  },
};

const cleanUps: (() => unknown)[] = [];
afterEach(() => {
  jest.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** What a client makes of the answers: what it returns or throws, and what was sent. */
async function play(
  make: (endpoint: string) => DynamoClient,
  operation: Operation,
  answers: readonly Answer[],
) {
  const { endpoint, requests, stop } = await startScriptedDynamo(answers);
  cleanUps.push(stop);
  const outcome = await make(endpoint)
    .send(operation, REQUESTS[operation])
    .then(
      (output) => ({ ...output, $metadata: undefined }),
      ({ name, message, Item: item, $metadata }) => ({
        name,
        message,
        item,
        status: $metadata?.httpStatusCode,
        attempts: $metadata?.attempts,
      }),
    );
  return { outcome, requests };
}

const ours = (endpoint: string) => {
  const client = deployedClient(endpoint);
  cleanUps.push(client.destroy);
  return client;
};

/** With the time-outs and attempts of ours. */
const theirs = (endpoint: string) => {
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 500, requestTimeout: 800, throwOnRequestTimeout: true },
  });
  cleanUps.push(() => client.destroy());
  return viaSdk(client);
};

const sent = ({ method, url, headers, body }: Received) => ({
  method,
  url,
  body: JSON.parse(body),
  type: headers['content-type'],
  length: headers['content-length'],
  target: headers['x-amz-target'],
});

const ITEM = '"Item":{"id":{"S":"ä"},"n":{"N":"12345678901234567890.5"},"b":{"BOOL":true},"x":{"NULL":true}}';

describe('next to the SDK’s own client, the client of DynamoDB', () => {
  it.each(Object.keys(REQUESTS) as Operation[])('sends the same for %s', async (operation) => {
    const [one, other] = [
      await play(ours, operation, [refusal(200, '{}')]),
      await play(theirs, operation, [refusal(200, '{}')]),
    ];
    expect(one.requests).toHaveLength(1);
    expect(one.requests.map(sent)).toEqual(other.requests.map(sent));
  });

  it.each<[string, readonly Answer[]]>([
    ['an item', [found]],
    ['an item of every type', [refusal(200, `{${ITEM}}`)]],
    ['no item', [refusal(200, '{}')]],
    [
      'a condition that failed',
      [refusal(400, `{"__type":"a#ConditionalCheckFailedException","message":"no",${ITEM}}`)],
    ],
    ['a message under its other name', [refusal(400, '{"__type":"a#ValidationException","Message":"no"}')]],
    ['a name without its namespace', [refusal(400, '{"__type":"ResourceNotFoundException","message":"no"}')]],
    ['an expired token', [named('ExpiredTokenException')]],
    ['a wrong signature', [named('InvalidSignatureException')]],
    ['a missing permission', [named('AccessDeniedException')]],
    ['throttling by throughput', [named('ProvisionedThroughputExceededException')]],
    ['throttling by rate', [named('ThrottlingException')]],
    ['throttling by account', [named('RequestLimitExceeded')]],
    ['throttling once', [named('ThrottlingException'), found]],
    ['a limit', [named('LimitExceededException')]],
    ['a full item collection', [named('ItemCollectionSizeLimitExceededException')]],
    ['a fault', [refusal(500, '{"__type":"a#InternalServerError","message":"no"}')]],
    ['a fault once', [refusal(500, '{"__type":"a#InternalServerError","message":"no"}'), found]],
    [
      'a fault after throttling',
      [named('ThrottlingException'), refusal(500, '{"__type":"a#InternalServerError","message":"no"}')],
    ],
  ])('makes the same of %s, after as many attempts', async (_name, answers) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const [one, other] = [await play(ours, 'GetItem', answers), await play(theirs, 'GetItem', answers)];
    expect(one.outcome).toEqual(other.outcome);
    expect(one.requests.length).toBe(other.requests.length);
  });

  // The SDK does not know Node's own errors from inside jest, and names them differently.
  it.each<[string, readonly Answer[]]>([
    ['a cut connection', [cut]],
    ['a page of a proxy', [refusal(502, '<html>')]],
    ['an empty 503', [refusal(503, '')]],
    ['a 429', [refusal(429, '{}')]],
    ['a 501', [refusal(501, '')]],
    ['a 404', [refusal(404, '')]],
  ])('makes as many attempts after %s', async (_name, answers) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const [one, other] = [await play(ours, 'GetItem', answers), await play(theirs, 'GetItem', answers)];
    expect(one.requests.length).toBe(other.requests.length);
  });
});
