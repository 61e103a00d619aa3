const { leaveOut } = require('./served.cjs');

/** What CloudFormation fills in. */
const TABLE = `\${TasksTable}`;
const REGION = `\${AWS::Region}`;

/** Variable file of serverless.yml: one page that answers "is it well, and if not, which part?" (docs/operating.md). */
module.exports = async ({ resolveVariable }) => {
  const [service, stage, namespace, functions] = await Promise.all(
    ['self:service', 'sls:stage', 'self:custom.metricsNamespace', 'self:functions'].map((name) =>
      resolveVariable(name),
    ),
  );
  const api = ['ApiName', `${stage}-${service}`, 'Stage', stage];
  const served = structuredClone(functions);
  leaveOut(served);
  const functionNames = Object.keys(served).map((key) => `${service}-${stage}-${key}`);
  const perFunction = (metric, options) =>
    functionNames.map((name) => ['AWS/Lambda', metric, 'FunctionName', name, options]);
  const perTable = (metric) => ['AWS/DynamoDB', metric, 'TableName', TABLE];

  const widgets = [
    graph('Requests and errors', [
      ['AWS/ApiGateway', 'Count', ...api],
      ['AWS/ApiGateway', '4XXError', ...api],
      ['AWS/ApiGateway', '5XXError', ...api],
    ]),
    graph('Latency, ms', [
      ['AWS/ApiGateway', 'Latency', ...api, { stat: 'p50' }],
      ['AWS/ApiGateway', 'Latency', ...api, { stat: 'p99' }],
      ['AWS/ApiGateway', 'IntegrationLatency', ...api, { stat: 'p99' }],
    ]),
    graph('Who was let in', [
      [namespace, 'AuthAllowed'],
      [namespace, 'AuthDenied'],
      [namespace, 'AuthUnavailable'],
    ]),
    graph('Why tokens were refused', [
      [{ expression: `SEARCH('{"${namespace}",code} MetricName="RefusedRequests"', 'Sum', 300)`, label: '' }],
    ]),
    graph('Tasks written', [[namespace, 'TaskWritten']]),
    graph('Duration p99, ms', perFunction('Duration', { stat: 'p99' })),
    graph('Failures of functions', perFunction('Errors')),
    graph('Cold starts', [[namespace, 'ColdStarts']]),
    graph('Concurrency', perFunction('ConcurrentExecutions', { stat: 'Maximum' })),
    graph('Table capacity', [perTable('ConsumedReadCapacityUnits'), perTable('ConsumedWriteCapacityUnits')]),
    graph('Throttled', [
      [namespace, 'ThrottledRequests'],
      ['AWS/Lambda', 'Throttles'],
      perTable('ReadThrottleEvents'),
      perTable('WriteThrottleEvents'),
    ]),
  ];
  return { 'Fn::Sub': JSON.stringify({ widgets: widgets.map(placed) }) };
};

const graph = (title, metrics) => ({
  type: 'metric',
  properties: {
    title,
    metrics: metrics.map(withoutGaps),
    region: REGION,
    stat: 'Sum',
    period: 300,
    view: 'timeSeries',
  },
});

const withoutGaps = (metric) => metric.filter((part) => part !== undefined);

/** Two graphs to a row of 24 columns. */
const placed = (widget, index) => ({
  ...widget,
  x: (index % 2) * 12,
  y: Math.floor(index / 2) * 6,
  width: 12,
  height: 6,
});
