import { describe, expect, it } from '@jest/globals';
import { isSameTable, nameTables, type Resources, toTableDefinitions } from './table-definitions.ts';

const KEY = [
  { AttributeName: 'userId', KeyType: 'HASH' },
  { AttributeName: 'id', KeyType: 'RANGE' },
] as const;
const INDEX = { IndexName: 'byDone', KeySchema: [...KEY], Projection: { ProjectionType: 'ALL' } } as const;
const PROPERTIES = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'userId', AttributeType: 'S' },
    { AttributeName: 'id', AttributeType: 'S' },
  ],
  KeySchema: [...KEY],
  LocalSecondaryIndexes: [{ ...INDEX, ContributorInsightsSpecification: { Enabled: true } }],
};
const CLOUD_ONLY = {
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  Tags: [{ Key: 'a', Value: 'b' }],
};
const resources = (properties: object): Resources => ({
  Tasks: { Type: 'AWS::DynamoDB::Table', Properties: { ...PROPERTIES, ...properties } },
  Topic: { Type: 'AWS::SNS::Topic' },
});

describe('toTableDefinitions', () => {
  it('keeps keys, attributes, billing and indexes, and nothing that only AWS knows', () => {
    expect([...toTableDefinitions(resources(CLOUD_ONLY))]).toEqual([
      ['Tasks', { ...PROPERTIES, TableName: 'Tasks', LocalSecondaryIndexes: [INDEX] }],
    ]);
  });

  it('uses the name of the table where it has one', () => {
    expect(toTableDefinitions(resources({ TableName: 'todo' })).get('Tasks')?.TableName).toBe('todo');
  });

  it('keeps a global index', () => {
    const GlobalSecondaryIndexes = [{ ...INDEX, OnDemandThroughput: { MaxReadRequestUnits: 1 } }];
    const table = toTableDefinitions(resources({ GlobalSecondaryIndexes })).get('Tasks');
    expect(table?.GlobalSecondaryIndexes).toEqual([INDEX]);
  });
});

describe('isSameTable', () => {
  const wanted = { ...PROPERTIES, TableName: 'Tasks' };

  it.each<[string, object, boolean]>([
    ['the table it made', {}, true],
    ['the table with a state and a size', { TableStatus: 'ACTIVE', ItemCount: 3 }, true],
    ['another key', { KeySchema: [KEY[0]] }, false],
    [
      'another type of key',
      { AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'N' }] },
      false,
    ],
    ['no index', { LocalSecondaryIndexes: [] }, false],
    [
      'an index of keys only',
      { LocalSecondaryIndexes: [{ ...INDEX, Projection: { ProjectionType: 'KEYS_ONLY' } }] },
      false,
    ],
  ])('compares with %s', (_name, difference, same) => {
    expect(isSameTable(wanted as never, { ...wanted, ...difference } as never)).toBe(same);
  });
});

describe('nameTables', () => {
  it('puts the local table name where CloudFormation would put the real one', () => {
    const owner = { environment: { TASKS_TABLE: { Ref: 'Tasks' }, TOPIC: { Ref: 'Topic' }, PLAIN: 'text' } };
    nameTables(owner, resources({}));
    expect(owner.environment).toEqual({ TASKS_TABLE: 'Tasks', TOPIC: { Ref: 'Topic' }, PLAIN: 'text' });
  });

  it('leaves a function without variables alone', () => {
    const owner = {};
    nameTables(owner, resources({}));
    expect(owner).toEqual({});
  });
});
