/** A number of serverless.yml, or the text of one from the command line. */
const NUMBER = { anyOf: [{ type: 'number' }, { type: 'string', pattern: '^\\d+(\\.\\d+)?$' }] };

/** What `throttle` of a function may say: requests a second, and how many may come at once. */
exports.throttleSchema = {
  type: 'object',
  properties: { rate: NUMBER, burst: NUMBER },
  required: ['rate', 'burst'],
  additionalProperties: false,
};

/** Settings of the stage for the methods of functions with a `throttle` of their own; others share the stage's. */
exports.methodSettings = (functions) =>
  Object.values(functions).flatMap(({ throttle, events = [] }) => {
    if (throttle === undefined) return [];
    return events.map(({ http: { method, path } }) => ({
      HttpMethod: method.toUpperCase(),
      // As CloudFormation wants it: `/~1docs` is /docs.
      ResourcePath: `/${path.replaceAll('/', '~1')}`,
      ThrottlingRateLimit: throttle.rate,
      ThrottlingBurstLimit: throttle.burst,
      // A method with settings of its own has none of the stage's.
      MetricsEnabled: false,
      LoggingLevel: 'OFF',
      DataTraceEnabled: false,
    }));
  });
