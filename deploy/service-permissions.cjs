/**
 * What the settings and events of one function need of its role. The framework adds these to the one role that it makes
 * for all functions, and adds them nowhere when a function names its role. The actions are those of the framework.
 */
const CONSUMES = {
  dynamodb: [
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:DescribeStream',
    'dynamodb:ListStreams',
  ],
  kinesis: [
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:ListShards',
    'kinesis:ListStreams',
  ],
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
};
const SENDS = {
  sns: ['sns:Publish'],
  sqs: ['sqs:SendMessage'],
  lambda: ['lambda:InvokeFunction'],
  events: ['events:PutEvents'],
};
/** Resource types of a template, and the service in an ARN of each. */
const SERVICE_OF = {
  'AWS::DynamoDB::Table': 'dynamodb',
  'AWS::DynamoDB::GlobalTable': 'dynamodb',
  'AWS::Kinesis::Stream': 'kinesis',
  'AWS::SQS::Queue': 'sqs',
  'AWS::SNS::Topic': 'sns',
  'AWS::Lambda::Function': 'lambda',
  'AWS::Events::EventBus': 'events',
};
/** `type` of an event or a destination in serverless.yml, where it differs from the service in the ARN. */
const SERVICE_OF_TYPE = { function: 'lambda', eventBus: 'events' };
/** Events whose permissions the framework gives to its own role only, and that are not made here. */
const WITHOUT_PERMISSIONS = ['kafka', 'msk', 'activemq', 'rabbitmq', 'cloudFront'];
const VPC_ACCESS = {
  'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole`,
};

const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * @param definition of the function in serverless.yml, resolved.
 * @param {{ provider: object, resources: object, functions: object }} service `provider` and `functions` of
 *   serverless.yml, and the resources of the template as they are compiled.
 * @returns {{ statements: object[], managedPolicies: object[], principals: string[] }}
 * @throws {Error} with one sentence, for an event whose permissions cannot be told.
 */
exports.ownPermissions = (definition, { provider, resources, functions }) => {
  const { events = [], onError, fileSystemConfig, destinations = {} } = definition;
  const kmsKeyArn = definition.kmsKeyArn ?? provider.kmsKeyArn;
  const kinds = events.map((event) => (typeof event === 'string' ? event : Object.keys(event)[0]));
  const unknown = kinds.find((kind) => WITHOUT_PERMISSIONS.includes(kind));
  if (unknown !== undefined || definition.durableConfig !== undefined)
    throw new Error(
      `${unknown ?? 'durableConfig'} needs permissions that are not made here. Give the function a role of its own.`,
    );
  const target = (address) => sendsTo(address, { resources, functions });
  return {
    statements: [
      ...events.flatMap(({ stream, sqs }) => [
        ...(stream === undefined ? [] : streamStatements(stream, resources, target)),
        ...(sqs === undefined ? [] : [allow(CONSUMES.sqs, sqs.arn ?? sqs)]),
      ]),
      ...(kinds.includes('websocket') ? [allow(['execute-api:ManageConnections'], CONNECTIONS)] : []),
      ...(isScheduled(events) ? [allow(SENDS.lambda, functionArns(definition.name))] : []),
      ...[onError, destinations.onSuccess, destinations.onFailure].filter(Boolean).map(target),
      ...(kmsKeyArn === undefined ? [] : [allow(['kms:Decrypt'], kmsKeyArn)]),
      ...(fileSystemConfig === undefined ? [] : [allow(FILES, fileSystemConfig.arn)]),
    ],
    // The framework fills in `{}` where nothing is set.
    managedPolicies: Object.keys({ ...provider.vpc, ...definition.vpc }).length > 0 ? [VPC_ACCESS] : [],
    principals: isScheduled(events) ? ['scheduler.amazonaws.com'] : [],
  };
};

const CONNECTIONS = { 'Fn::Sub': `arn:\${AWS::Partition}:execute-api:*:*:*/@connections/*` };
const FILES = ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'];

/** EventBridge Scheduler takes on the role of the function; a rule of EventBridge takes on none. */
const isScheduled = (events) =>
  events.some(({ schedule }) => schedule?.method === 'scheduler' && schedule.roleArn === undefined);

/** Not `Fn::GetAtt` of the function, which itself needs the role. */
const functionArns = (name) =>
  [`function:${name}`, `function:${name}:*`].map((end) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:${end}`,
  }));

function streamStatements(stream, resources, target) {
  const arn = stream.arn ?? stream;
  const service = stream.type ?? serviceOf(arn, resources);
  const actions = CONSUMES[service];
  if (actions === undefined || service === 'sqs')
    throw new Error('A stream event needs a type, dynamodb or kinesis, because its ARN does not tell it.');
  const onFailure = stream.destinations?.onFailure;
  return [
    allow(actions, arn),
    ...consumersOf(stream, arn, resources).map((consumer) => allow(['kinesis:SubscribeToShard'], consumer)),
    ...(onFailure === undefined ? [] : [target(onFailure)]),
  ];
}

/** The consumers of a stream with its own throughput: one that is named, or one that the framework adds. */
function consumersOf({ consumer }, arn, resources) {
  if (consumer === undefined || consumer === false) return [];
  if (consumer !== true) return [consumer];
  return Object.entries(resources)
    .filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Kinesis::StreamConsumer' && isSame(Properties.StreamARN, arn),
    )
    .map(([id]) => ({ Ref: id }));
}

/** The statement for what a function sends its failed events or its results to: an ARN, `{ arn, type }` or a function. */
function sendsTo(address, { resources, functions }) {
  if (typeof address === 'string' && functions[address] !== undefined)
    return allow(SENDS.lambda, functionArns(functions[address].name));
  const arn = address.arn ?? address;
  const service = SERVICE_OF_TYPE[address.type] ?? address.type ?? serviceOf(arn, resources);
  const actions = SENDS[service];
  if (actions === undefined)
    throw new Error(
      `It cannot be told what ${JSON.stringify(arn)} is. Give it as an ARN, or as a resource of the service.`,
    );
  return allow(actions, arn);
}

/** The service that an ARN belongs to, or the resource that `Ref` or `Fn::GetAtt` names. */
function serviceOf(arn, resources) {
  const written = typeof arn === 'string' ? arn : (arn['Fn::Sub'] ?? arn['Fn::Join']?.[1]);
  if (written !== undefined) return /^arn:[^:]+:([a-z]+)/.exec(textOf(written))?.[1];
  const id = arn.Ref ?? [arn['Fn::GetAtt']].flat()[0]?.split('.')[0];
  return SERVICE_OF[resources[id]?.Type];
}

/** References inside an ARN stand for a part without a colon. */
const textOf = (written) =>
  [written]
    .flat(2)
    .map((part) => (typeof part === 'string' ? part.replace(/\$\{[^}]*\}/g, 'x') : 'x'))
    .join('');
