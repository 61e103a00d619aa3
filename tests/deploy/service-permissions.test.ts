import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import {
  copyOfProject,
  propertiesOf,
  readPackage,
  serverless,
  type Template,
} from '../../support/packaged.ts';
import { EXAMPLE } from '../../support/resources.ts';

const require = createRequire(import.meta.url);
type Definition = Record<string, unknown>;
const { ownPermissions } = require('../../deploy/service-permissions.cjs') as {
  ownPermissions: (definition: Definition, service: Definition) => { statements: Statement[] };
};
const { roleFault } = require('../../deploy/roles.cjs') as {
  roleFault: (service: Definition, resources: Definition) => string | undefined;
};

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: unknown;
}
interface Role {
  readonly AssumeRolePolicyDocument: { Statement: { Principal: { Service: unknown } }[] };
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly PermissionsBoundary?: string;
  readonly Path?: string;
  readonly Tags?: readonly unknown[];
  readonly Policies: readonly { PolicyDocument: { Statement: Statement[] } }[];
}

const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
const MANAGED = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
const OWN_ROLE = 'arn:aws:iam::123456789012:role/by-hand';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/one';
const FUNCTION_KEY = 'arn:aws:kms:eu-central-1:123456789012:key/two';
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:failures';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:failures';
const KINESIS = 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks';
const LAYER = 'arn:aws:lambda:eu-central-1:123456789012:layer:tools:1';
const PROVIDER_VPC = { securityGroupIds: ['sg-1'], subnetIds: ['subnet-1'] };
const SHARED = { Effect: 'Allow', Action: ['events:PutEvents'], Resource: '*' };
const FILES = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::files/*' };

/** A function that came with the service. */
const CREATE = EXAMPLE.create.functionName;
const handler = 'functions/get-health.handler';
/** Functions that are told more than the product's own. Each handler exists, because packaging bundles it. */
const FUNCTIONS: Record<string, Definition> = {
  onTable: {
    handler,
    events: [{ stream: { type: 'dynamodb', arn: { 'Fn::GetAtt': ['TasksTable', 'StreamArn'] } } }],
  },
  onClicks: {
    handler,
    events: [
      { stream: { type: 'kinesis', arn: KINESIS, destinations: { onFailure: { type: 'sqs', arn: QUEUE } } } },
    ],
  },
  onClicksAlone: { handler, events: [{ stream: { type: 'kinesis', arn: KINESIS, consumer: true } }] },
  onQueue: { handler, events: [{ sqs: { arn: { 'Fn::GetAtt': ['Jobs', 'Arn'] } } }] },
  onTopic: { handler, events: [{ sns: { topicName: 'news' } }], onError: TOPIC },
  onTime: { handler, events: [{ schedule: 'rate(1 hour)' }], onError: { Ref: 'Failures' } },
  onSchedule: { handler, events: [{ schedule: { method: 'scheduler', rate: ['rate(1 hour)'] } }] },
  withDestinations: { handler, destinations: { onSuccess: 'onQueue', onFailure: TOPIC } },
  withKey: { handler, kmsKeyArn: FUNCTION_KEY, layers: [LAYER], tracing: 'PassThrough' },
  withFiles: {
    handler,
    permissions: { statements: [FILES], OtherTable: ['GetItem'], 'OtherTable/byName': ['Query'] },
  },
  withRole: { handler, role: OWN_ROLE },
  withoutLog: { handler, disableLogs: true },
};
const RESOURCES: Definition = {
  Jobs: { Type: 'AWS::SQS::Queue' },
  Failures: { Type: 'AWS::SNS::Topic' },
  OtherTable: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byName',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  },
};

let template: Template;

beforeAll(async () => {
  const { folder, remove } = copyOfProject();
  try {
    const file = join(folder, 'serverless.yml');
    const service = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
    for (const [name, definition] of Object.entries(FUNCTIONS))
      service.setIn(['functions', name], definition);
    service.addIn(['resources'], { Resources: RESOURCES });
    service.setIn(['provider', 'vpc'], PROVIDER_VPC);
    service.setIn(['provider', 'kmsKeyArn'], KEY);
    service.setIn(['provider', 'iam'], {
      role: {
        statements: [SHARED],
        managedPolicies: [MANAGED],
        permissionsBoundary: BOUNDARY,
        path: '/todo/',
        tags: { team: 'api' },
      },
    });
    writeFileSync(file, String(service));
    await serverless(folder, ['package', '--stage', 'dev']);
    ({ template } = readPackage(join(folder, '.serverless')));
  } finally {
    remove();
  }
}, 120_000);

const idOf = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const roleOf = (name: string) => propertiesOf(template, `${idOf(name)}Role`) as unknown as Role;
const statementsOf = (name: string) =>
  roleOf(name).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
/** The resources that an action of the role reaches. */
const resourcesFor = (name: string, action: string) =>
  statementsOf(name)
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource);
const owners = (action: string) =>
  [...Object.keys(FUNCTIONS), CREATE, 'authorizer']
    .filter((name) => name !== 'withRole')
    .filter((name) => resourcesFor(name, action).length > 0);

describe('every role keeps', () => {
  it.each([CREATE, 'authorizer', 'getHealth', 'onQueue'])('what provider.iam.role says: %s', (name) => {
    const role = roleOf(name);
    expect(statementsOf(name)).toContainEqual(SHARED);
    expect(role.ManagedPolicyArns).toContainEqual(MANAGED);
    expect(role).toMatchObject({
      PermissionsBoundary: BOUNDARY,
      Path: '/todo/',
      Tags: [{ Key: 'team', Value: 'api' }],
    });
  });

  it('the network access that provider.vpc needs', () => {
    expect(JSON.stringify(roleOf(CREATE).ManagedPolicyArns)).toContain('AWSLambdaVPCAccessExecutionRole');
    expect(propertiesOf(template, `${idOf(CREATE)}LambdaFunction`)['VpcConfig']).toEqual({
      SecurityGroupIds: ['sg-1'],
      SubnetIds: ['subnet-1'],
    });
  });

  it('the key of the environment, of the provider or of the function', () => {
    expect(resourcesFor(CREATE, 'kms:Decrypt')).toEqual([KEY]);
    expect(resourcesFor('withKey', 'kms:Decrypt')).toEqual([FUNCTION_KEY]);
  });

  it('its own log, except where the function has none', () => {
    expect(resourcesFor('onTime', 'logs:PutLogEvents')).toEqual([
      { 'Fn::GetAtt': ['OnTimeLogGroup', 'Arn'] },
    ]);
    expect(resourcesFor('withoutLog', 'logs:PutLogEvents')).toEqual([]);
    expect(template.Resources).not.toHaveProperty('WithoutLogColdStarts');
  });
});

describe('a role of one function has what', () => {
  it.each([
    [
      'a DynamoDB stream needs',
      'dynamodb:GetRecords',
      'onTable',
      { 'Fn::GetAtt': ['TasksTable', 'StreamArn'] },
    ],
    ['a queue needs', 'sqs:ReceiveMessage', 'onQueue', { 'Fn::GetAtt': ['Jobs', 'Arn'] }],
    ['the failures of a stream need', 'sqs:SendMessage', 'onClicks', QUEUE],
    ['a consumer of its own needs', 'kinesis:SubscribeToShard', 'onClicksAlone', { Ref: expect.anything() }],
    ['a statement of its own says', 's3:GetObject', 'withFiles', 'arn:aws:s3:::files/*'],
  ])('%s, and no other function has it', (_what, action, name, resource) => {
    expect(owners(action)).toEqual([name]);
    expect(resourcesFor(name, action)).toEqual([resource]);
  });

  it('a stream of Kinesis needs', () => {
    expect(owners('kinesis:GetRecords')).toEqual(['onClicks', 'onClicksAlone']);
    expect(resourcesFor('onClicks', 'kinesis:GetRecords')).toEqual([KINESIS]);
  });

  it('onError and destinations need', () => {
    expect(owners('sns:Publish')).toEqual(['onTopic', 'onTime', 'withDestinations']);
    expect(resourcesFor('onTopic', 'sns:Publish')).toEqual([TOPIC]);
    expect(resourcesFor('onTime', 'sns:Publish')).toEqual([{ Ref: 'Failures' }]);
    expect(JSON.stringify(resourcesFor('withDestinations', 'lambda:InvokeFunction'))).toContain(
      'dev-onQueue',
    );
  });

  it('EventBridge Scheduler needs, and the scheduler may take it on', () => {
    expect(JSON.stringify(resourcesFor('onSchedule', 'lambda:InvokeFunction'))).toContain('dev-onSchedule');
    const principalOf = (name: string) =>
      roleOf(name).AssumeRolePolicyDocument.Statement[0]?.Principal.Service;
    expect(principalOf('onSchedule')).toEqual(['lambda.amazonaws.com', 'scheduler.amazonaws.com']);
    expect(principalOf('onTime')).toBe('lambda.amazonaws.com');
  });

  it('permissions on another table say', () => {
    expect(resourcesFor('withFiles', 'dynamodb:GetItem')).toEqual([{ 'Fn::GetAtt': ['OtherTable', 'Arn'] }]);
    expect(resourcesFor('withFiles', 'dynamodb:Query')).toEqual([
      { 'Fn::Sub': `\${OtherTable.Arn}/index/byName` },
    ]);
  });
});

describe('the template', () => {
  it('leaves the role that a function names alone', () => {
    expect(propertiesOf(template, 'WithRoleLambdaFunction')['Role']).toBe(OWN_ROLE);
    expect(template.Resources).not.toHaveProperty('WithRoleRole');
  });

  it('keeps layers and tracing of a function', () => {
    expect(propertiesOf(template, 'WithKeyLambdaFunction')).toMatchObject({
      Layers: [LAYER],
      TracingConfig: { Mode: 'PassThrough' },
      KmsKeyArn: FUNCTION_KEY,
    });
  });

  it('has no role that all functions share', () => {
    expect(template.Resources).not.toHaveProperty('IamRoleLambdaExecution');
  });
});

describe('packaging is refused for', () => {
  const tables = {
    TasksTable: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    Jobs: { Type: 'AWS::SQS::Queue' },
  };
  const one = (definition: Definition) => ({ functions: { one: definition }, provider: {} });

  it.each<[string, Definition, string]>([
    [
      'a table that the service does not have',
      one({ permissions: { Nowhere: ['Query'] } }),
      'no table Nowhere',
    ],
    ['a resource that is not a table', one({ permissions: { Jobs: ['Query'] } }), 'no table Jobs'],
    [
      'an index that the table does not have',
      one({ permissions: { 'TasksTable/x': ['Query'] } }),
      'no index x',
    ],
    [
      'permissions next to a role of its own',
      one({ role: OWN_ROLE, permissions: {} }),
      'one has a role of its own, so its permissions would not be used.',
    ],
    [
      'one name for several roles',
      { functions: {}, provider: { iam: { role: { name: 'one' } } } },
      'provider.iam.role.name names one role',
    ],
  ])('%s', (_what, service, sentence) => {
    expect(roleFault(service, tables)).toContain(sentence);
  });

  it.each<[string, Definition, string]>([
    ['an event whose permissions are not made', { events: [{ kafka: {} }] }, 'kafka needs permissions'],
    [
      'a stream of an unknown kind',
      { events: [{ stream: { arn: { 'Fn::ImportValue': 'x' } } }] },
      'A stream event needs a type',
    ],
    ['a destination of an unknown kind', { onError: { 'Fn::ImportValue': 'x' } }, 'It cannot be told what'],
  ])('%s', (_what, definition, sentence) => {
    expect(() => ownPermissions(definition, { provider: {}, resources: {}, functions: {} })).toThrow(
      sentence,
    );
  });

  it('no function in a network, which gets the access that it needs: its own as that of the provider', () => {
    const service = { provider: { vpc: {} }, resources: {}, functions: {} };
    const vpc = { subnetIds: ['subnet-2'] };
    expect(JSON.stringify(ownPermissions({ vpc }, service))).toContain('AWSLambdaVPCAccessExecutionRole');
    expect(JSON.stringify(ownPermissions({}, service))).not.toContain('AWSLambdaVPCAccessExecutionRole');
  });

  it('nothing of the product itself', () => {
    const permissions = { TasksTable: ['Query'] };
    expect(roleFault({ functions: { one: { permissions } }, provider: {} }, tables)).toBeUndefined();
  });
});
