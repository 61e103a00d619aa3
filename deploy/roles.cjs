/**
 * One IAM role per function, from its `permissions` in serverless.yml:
 *
 *   permissions: { table: [Query], byCompletion: [Query] }
 *
 * `table` is TasksTable, any other key one of its indexes; the values are DynamoDB actions. A function without
 * `permissions` may only write its own log and its traces. There is no shared role to fall back to. A function that has
 * RATE_LIMIT_PER_MINUTE may count its requests in the table, and that statement reaches no partition of tasks.
 */
const TABLE = 'TasksTable';

const resourceOf = (name) =>
  name === 'table' ? { 'Fn::GetAtt': [TABLE, 'Arn'] } : { 'Fn::Sub': `\${${TABLE}.Arn}/index/${name}` };

/** @param {string} logGroup logical id of the function's log group, which the template makes. */
function ownStatements(logGroup) {
  return [
    {
      Sid: 'OwnLog',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
    },
    // X-Ray has no resource to name: both actions take `*` only.
    {
      Sid: 'Traces',
      Effect: 'Allow',
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      Resource: '*',
    },
  ];
}

function tableStatements(permissions) {
  return Object.entries(permissions).map(([name, actions]) => ({
    Sid: name === 'table' ? 'Table' : `Index${name[0].toUpperCase()}${name.slice(1)}`,
    Effect: 'Allow',
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: resourceOf(name),
  }));
}

/** Partitions of counters alone; functions/store/dynamo-request-counter.ts names them. */
const COUNTERS = 'requests\n*';

function counterStatements({ RATE_LIMIT_PER_MINUTE = '' }) {
  if (RATE_LIMIT_PER_MINUTE === '') return [];
  return [
    {
      Sid: 'RequestCounter',
      Effect: 'Allow',
      Action: ['dynamodb:UpdateItem'],
      Resource: resourceOf('table'),
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [COUNTERS] },
        // ForAllValues alone holds of a request that names no key.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    },
  ];
}

exports.functionRole = ({ permissions = {}, environment = {} }, logGroup) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            ...ownStatements(logGroup),
            ...tableStatements(permissions),
            ...counterStatements(environment),
          ],
        },
      },
    ],
  },
});

/** What `permissions` of a function may say. */
exports.permissionsSchema = {
  type: 'object',
  additionalProperties: {
    type: 'array',
    minItems: 1,
    items: { enum: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'] },
  },
};
