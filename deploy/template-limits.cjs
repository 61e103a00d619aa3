/** Longest name of a kind of resource, and the property that has it. AWS refuses a longer one half-way through. */
const NAMES = {
  'AWS::Lambda::Function': ['FunctionName', 64],
  'AWS::IAM::Role': ['RoleName', 64],
  'AWS::S3::Bucket': ['BucketName', 63],
  'AWS::ApiGateway::Stage': ['StageName', 128],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255],
  'AWS::DynamoDB::Table': ['TableName', 255],
  'AWS::SNS::Topic': ['TopicName', 256],
  'AWS::Logs::LogGroup': ['LogGroupName', 512],
};
const STACK_NAME_MAX = 128;

/** CloudFormation's limits of a template in S3. */
const RESOURCES_MAX = 500;
const TEMPLATE_BYTES_MAX = 1_000_000;

/** Why CloudFormation would refuse the names, as a sentence; `undefined` when it would not. */
exports.nameFault = (stackName, { Resources }) => {
  const names = Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    const [property, max] = NAMES[Type] ?? [];
    const name = Properties[property];
    return typeof name === 'string' ? [{ name, max, kind: Type }] : [];
  });
  const all = [{ name: stackName, max: STACK_NAME_MAX, kind: 'a stack' }, ...names];
  const [longest] = all
    .filter(({ name, max }) => name.length > max)
    .sort((one, other) => other.name.length - other.max - (one.name.length - one.max));
  if (longest === undefined) return undefined;
  const { name, max, kind } = longest;
  return `The name ${name} has ${name.length} characters and may have ${max} (${kind}): shorten the stage or the service by ${name.length - max}.`;
};

/** How large the template is. */
exports.sizeOf = (template) => ({
  resources: Object.keys(template.Resources).length,
  bytes: Buffer.byteLength(JSON.stringify(template)),
});

/** The distance to CloudFormation's limits, for people. */
exports.describeSize = ({ resources, bytes }) =>
  `The template has ${resources} of ${RESOURCES_MAX} resources and ${Math.ceil(bytes / 1000)} of ${TEMPLATE_BYTES_MAX / 1000} KB.`;

/** Why CloudFormation would refuse the size; `undefined` when it would not. */
exports.sizeFault = (size) => {
  if (size.resources <= RESOURCES_MAX && size.bytes <= TEMPLATE_BYTES_MAX) return undefined;
  return `${exports.describeSize(size)} CloudFormation takes no larger one: leave functions out, or make two services of it.`;
};
