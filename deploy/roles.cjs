/**
 * One IAM role per function, from its `permissions` in serverless.yml:
 *
 *   permissions:
 *     TasksTable: [Query]                # DynamoDB actions on a table of the service, by its logical id
 *     TasksTable/byCompletion: [Query]   # and on one of its indexes
 *     statements:                        # any other IAM statement
 *       - { Effect: Allow, Action: [s3:GetObject], Resource: !Sub '${Files.Arn}/*' }
 *
 * Each role also has the statements, managed policies, boundary, path and tags of `provider.iam.role`, and what the
 * function's own settings and events need (service-permissions.cjs). A function that counts requests may write to the
 * partitions of counters in the table that RATE_LIMIT_TABLE names, and to no other partition.
 */
const ACTIONS = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
/** `TasksTable` or `TasksTable/byCompletion`. */
const TABLE_OR_INDEX = '^[A-Za-z0-9]+(/[A-Za-z0-9_.-]+)?$';
const WITHOUT_ROLE_NAME =
  'provider.iam.role.name names one role, and each function has its own. Remove it; path, tags and permissionsBoundary apply to every role.';

const tablePermissionsOf = ({ permissions: { statements: _, ...tables } = {} }) => Object.entries(tables);

function arnOf(tableOrIndex) {
  const [table, index] = tableOrIndex.split('/');
  return index === undefined
    ? { 'Fn::GetAtt': [table, 'Arn'] }
    : { 'Fn::Sub': `\${${table}.Arn}/index/${index}` };
}

/** @param {string} logGroup logical id of the function's log group; `undefined` where `disableLogs` is set. */
function ownStatements(logGroup) {
  const log = {
    Sid: 'OwnLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
  };
  return [
    ...(logGroup === undefined ? [] : [log]),
    // X-Ray has no resource to name: both actions take `*` only.
    {
      Sid: 'Traces',
      Effect: 'Allow',
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      Resource: '*',
    },
  ];
}

const tableStatements = (definition) =>
  tablePermissionsOf(definition).map(([name, actions]) => ({
    Sid: name.replace(/[^A-Za-z0-9]/g, ''),
    Effect: 'Allow',
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: arnOf(name),
  }));

/** Partitions that hold only counters; functions/store/dynamo-request-counter.ts names them. */
const COUNTERS = 'requests\n*';

function counterStatements({ RATE_LIMIT_PER_MINUTE = '', RATE_LIMIT_TABLE }) {
  if (RATE_LIMIT_PER_MINUTE === '' || RATE_LIMIT_TABLE === undefined) return [];
  return [
    {
      Sid: 'RequestCounter',
      Effect: 'Allow',
      Action: ['dynamodb:UpdateItem'],
      Resource: arnOf(RATE_LIMIT_TABLE.Ref),
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [COUNTERS] },
        // ForAllValues alone also allows a request that names no key.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    },
  ];
}

/** @param {Record<string, unknown>} role `provider.iam.role`. */
function sharedProperties({ path, permissionsBoundary, permissionBoundary, tags }) {
  const boundary = permissionsBoundary ?? permissionBoundary;
  return {
    ...(path !== undefined && { Path: path }),
    ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    ...(tags !== undefined && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  };
}

const principal = (services) => (services.length === 1 ? services[0] : services);

/**
 * What serverless.yml allows one function, apart from what its settings and events need.
 *
 * @param definition of the function in serverless.yml.
 * @param {object} shared `provider.iam.role`.
 */
exports.givenStatements = (definition, shared = {}) => {
  const { permissions: { statements = [] } = {}, environment = {} } = definition;
  return [
    ...tableStatements(definition),
    ...counterStatements(environment),
    ...statements,
    ...(shared.statements ?? []),
  ];
};

/**
 * The role of one function as a CloudFormation resource.
 *
 * @param definition of the function in serverless.yml.
 * @param {{ logGroup?: string, shared?: object, own: object }} with what every role has
 *   (`provider.iam.role`), and what the function's settings and events need.
 */
exports.functionRole = (definition, { logGroup, shared = {}, own }) => {
  const { condition } = definition;
  const managedPolicies = [...(shared.managedPolicies ?? []), ...own.managedPolicies];
  return {
    Type: 'AWS::IAM::Role',
    ...(condition !== undefined && { Condition: condition }),
    Properties: {
      ...sharedProperties(shared),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: principal(['lambda.amazonaws.com', ...own.principals]) },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      ...(managedPolicies.length > 0 && { ManagedPolicyArns: managedPolicies }),
      Policies: [
        {
          PolicyName: 'own',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              ...ownStatements(logGroup),
              ...own.statements,
              ...exports.givenStatements(definition, shared),
            ],
          },
        },
      ],
    },
  };
};

/**
 * What IAM or CloudFormation would refuse, or what would be dropped without a word, as one sentence.
 *
 * @param functions and `provider` of serverless.yml, resolved.
 * @param resources `resources.Resources`, merged.
 */
exports.roleFault = ({ functions, provider }, resources) => {
  if (provider.iam?.role?.name !== undefined) return WITHOUT_ROLE_NAME;
  for (const [name, definition] of Object.entries(functions)) {
    if (definition.role !== undefined && definition.permissions !== undefined)
      return `${name} has a role of its own, so its permissions would not be used. Keep one of the two.`;
    for (const [tableOrIndex] of tablePermissionsOf(definition)) {
      const fault = tableFault(tableOrIndex, resources);
      if (fault !== undefined) return `permissions of ${name}: ${fault}`;
    }
  }
  return undefined;
};

function tableFault(tableOrIndex, resources) {
  const [table, index] = tableOrIndex.split('/');
  const { Type, Properties = {} } = resources[table] ?? {};
  if (Type !== 'AWS::DynamoDB::Table')
    return `the service has no table ${table}. Name a table by its logical id, and anything else under statements.`;
  const indexes = [...(Properties.LocalSecondaryIndexes ?? []), ...(Properties.GlobalSecondaryIndexes ?? [])];
  if (index !== undefined && !indexes.some(({ IndexName }) => IndexName === index))
    return `${table} has no index ${index}.`;
  return undefined;
}

/** What `permissions` of a function may say. */
exports.permissionsSchema = {
  type: 'object',
  properties: { statements: { $ref: '#/definitions/awsIamPolicyStatements' } },
  patternProperties: {
    [TABLE_OR_INDEX.replace('^', '^(?!statements$)')]: {
      type: 'array',
      minItems: 1,
      items: { enum: ACTIONS },
    },
  },
  additionalProperties: false,
};
