import { describe, expect, it } from '@jest/globals';
import { makeFindDenial, type Statement } from './permissions.ts';

const RESOURCES = {
  Notes: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'note', KeyType: 'RANGE' },
      ],
    },
  },
};
const NOTES = { 'Fn::GetAtt': ['Notes', 'Arn'] };
const ARN = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Notes';
const PUT = { TableName: 'Notes', Item: { owner: { S: 'ann' }, note: { S: '1' } } };
const QUERY = {
  TableName: 'Notes',
  KeyConditionExpression: '#owner = :owner',
  ExpressionAttributeNames: { '#owner': 'owner' },
  ExpressionAttributeValues: { ':owner': { S: 'ann' } },
};
const BATCH = {
  RequestItems: {
    Notes: [{ PutRequest: { Item: PUT.Item } }, { DeleteRequest: { Key: { owner: { S: 'bob' } } } }],
  },
};

const allow = (Action: unknown, Resource: unknown = NOTES, Condition?: unknown): Statement => {
  return { Effect: 'Allow', Action, Resource, ...(Condition !== undefined && { Condition }) };
};

function denialOf(statements: readonly Statement[], [operation, body]: readonly [string, unknown]) {
  const callers = { 'key of save': { functionName: 'save', statements } };
  const find = makeFindDenial({ callers, resources: RESOURCES, region: 'eu-central-1' });
  return find({ accessKey: 'key of save', operation, body });
}

const LEADING = { 'dynamodb:LeadingKeys': ['ann'] };
const ONLY_ANN = { 'ForAllValues:StringEquals': LEADING, Null: { 'dynamodb:LeadingKeys': 'false' } };

describe('a role', () => {
  it.each<[string, readonly Statement[], readonly [string, unknown]]>([
    ['the action and the table', [allow('dynamodb:PutItem')], ['PutItem', PUT]],
    ['the action in other letters', [allow('DynamoDB:putitem')], ['PutItem', PUT]],
    ['a pattern of actions', [allow(['dynamodb:Put*'])], ['PutItem', PUT]],
    ['a pattern of tables', [allow('*', 'arn:aws:dynamodb:*:*:table/No?es')], ['PutItem', PUT]],
    [
      'another account and region',
      [allow('*', 'arn:aws:dynamodb:us-east-1:1:table/Notes')],
      ['PutItem', PUT],
    ],
    [
      'an index',
      [allow('*', { 'Fn::Sub': `\${Notes.Arn}/index/*` })],
      ['Query', { ...QUERY, IndexName: 'byDay' }],
    ],
    [
      'a joined name',
      [allow('*', { 'Fn::Join': [':', ['arn:aws:dynamodb', '', '', 'table/Notes']] })],
      ['PutItem', PUT],
    ],
    [
      'everything but another action',
      [{ Effect: 'Allow', NotAction: 'dynamodb:Scan', Resource: '*' }],
      ['PutItem', PUT],
    ],
    [
      'everything but another table',
      [{ Effect: 'Allow', Action: '*', NotResource: `${ARN}2` }],
      ['PutItem', PUT],
    ],
    ['its partition', [allow('*', NOTES, ONLY_ANN)], ['PutItem', PUT]],
    ['its partition in a query', [allow('*', NOTES, ONLY_ANN)], ['Query', QUERY]],
    [
      'a pattern of partitions',
      [allow('*', NOTES, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'a*' } })],
      ['PutItem', PUT],
    ],
    [
      'a condition that is not evaluated',
      [allow('*', NOTES, { Bool: { 'aws:SecureTransport': 'true' } })],
      ['PutItem', PUT],
    ],
  ])('that allows %s allows the call', (_what, statements, call) => {
    expect(denialOf(statements, call)).toBeUndefined();
  });

  it.each<[string, readonly Statement[], readonly [string, unknown]]>([
    ['no statement', [], ['PutItem', PUT]],
    ['another action', [allow('dynamodb:GetItem')], ['PutItem', PUT]],
    ['another table', [allow('*', `${ARN}2`)], ['PutItem', PUT]],
    ['a table and not its index', [allow('dynamodb:Query')], ['Query', { ...QUERY, IndexName: 'byDay' }]],
    [
      'a resource that is not covered',
      [{ Effect: 'Allow', Action: '*', NotResource: NOTES }],
      ['PutItem', PUT],
    ],
    [
      'another partition',
      [allow('*', NOTES, ONLY_ANN)],
      ['PutItem', { ...PUT, Item: { owner: { S: 'bob' } } }],
    ],
    ['a partition, for a Scan', [allow('*', NOTES, ONLY_ANN)], ['Scan', { TableName: 'Notes' }]],
    ['one of two partitions', [allow('*', NOTES, ONLY_ANN)], ['BatchWriteItem', BATCH]],
    ['one table, for a list of all', [allow('dynamodb:ListTables')], ['ListTables', {}]],
  ])('with %s refuses the call', (_what, statements, call) => {
    expect(denialOf(statements, call)).toContain(
      `is not authorized to perform: dynamodb:${call[0]} on resource: `,
    );
  });

  it('refuses what a statement denies, in the words of DynamoDB', () => {
    const deny = { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: '*' };
    const user = 'User: arn:aws:sts::000000000000:assumed-role/save/save is not authorized to perform:';
    expect(denialOf([allow('*'), deny], ['PutItem', PUT])).toBe(
      `${user} dynamodb:PutItem on resource: ${ARN} with an explicit deny in an identity-based policy`,
    );
    expect(denialOf([], ['PutItem', PUT])).toBe(
      `${user} dynamodb:PutItem on resource: ${ARN} because no identity-based policy allows the dynamodb:PutItem action`,
    );
  });

  it('is asked about functions alone', () => {
    const find = makeFindDenial({ callers: {}, resources: RESOURCES, region: 'eu-central-1' });
    for (const accessKey of [undefined, 'local', 'constructor'])
      expect(find({ accessKey, operation: 'PutItem', body: PUT })).toBeUndefined();
  });
});
