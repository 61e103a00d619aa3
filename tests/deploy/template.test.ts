import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PROTECTED_OPERATIONS } from '../../support/operations.ts';
import { type Packaged, packageService, type Resource, resourcesOf } from '../../support/packaged.ts';
import { RESOURCES } from '../../support/resources.ts';

/** Served without a token, or with one that may be missing. Everything else has the authorizer. */
const OPEN = [
  'GET /api/health',
  'GET /api/me',
  'GET /.well-known/oauth-protected-resource',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/{file}',
  'HEAD /api/health',
  'HEAD /openapi.json',
  'HEAD /docs',
];

/** Memory in MB and time-out in seconds; docs/scaling.md has the measurements. */
const SIZES: Readonly<Record<string, [memory: number, timeout: number]>> = {
  authorizer: [512, 5],
  ...Object.fromEntries(
    RESOURCES.flatMap(({ removeAll }) => (removeAll ? [[removeAll.functionName, [1024, 18]] as const] : [])),
  ),
  getHealth: [256, 3],
  getProtectedResource: [256, 3],
  getOpenApi: [256, 3],
  getDocs: [256, 3],
  getMe: [512, 10],
};
const USUAL_SIZE = [1024, 10];

const operating = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');

let prod: Packaged;

beforeAll(async () => {
  prod = await packageService('prod');
}, 300_000);

const only = (type: string): Resource => {
  const found = resourcesOf(prod.template, type);
  expect(found).toHaveLength(1);
  return (found[0] as [string, Resource])[1];
};
const properties = (type: string) => resourcesOf(prod.template, type).map(([, { Properties }]) => Properties);

/** Such as `GET /api/notes/{noteId}` of a method, out of the chain of path parts. */
function routeOf({ HttpMethod, ResourceId }: Record<string, unknown>): string {
  const { PathPart, ParentId } = prod.template.Resources[refOf(ResourceId)]?.Properties ?? {};
  const parent =
    refOf(ParentId) in prod.template.Resources
      ? routeOf({ HttpMethod: '', ResourceId: ParentId }).trim()
      : '';
  return `${HttpMethod} ${parent}/${PathPart}`;
}

const refOf = (value: unknown): string => String((value as { Ref?: string } | undefined)?.Ref);

describe('the deployed API', () => {
  it('has the authorizer on every method but the ones listed here and preflight', () => {
    const open = properties('AWS::ApiGateway::Method').filter(
      ({ AuthorizationType }) => AuthorizationType !== 'CUSTOM',
    );
    const protectedMethods = properties('AWS::ApiGateway::Method').filter(
      ({ AuthorizationType }) => AuthorizationType === 'CUSTOM',
    );
    const routes = open.map(routeOf).filter((route) => !route.startsWith('OPTIONS '));
    expect(routes.filter((route) => !OPEN.includes(route))).toEqual([]);
    expect(protectedMethods.length).toBe(PROTECTED_OPERATIONS.length);
    for (const { AuthorizerId } of protectedMethods)
      expect(AuthorizerId).toEqual({ Ref: 'AuthorizerApiGatewayAuthorizer' });
  });

  it('asks a TOKEN authorizer once in 300 s per Authorization header', () => {
    expect(only('AWS::ApiGateway::Authorizer').Properties).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  it.each([
    ['UNAUTHORIZED', '401', '"code":"missing_token"', 'WWW-Authenticate'],
    ['ACCESS_DENIED', '401', '"code":"$context.authorizer.code"', 'WWW-Authenticate'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '503', '"code":"authentication_unavailable"', 'Retry-After'],
    ['AUTHORIZER_FAILURE', '503', '"code":"authentication_unavailable"', 'Retry-After'],
    ['MISSING_AUTHENTICATION_TOKEN', '404', '"code":"route_not_found"', 'Access-Control-Allow-Origin'],
    ['RESOURCE_NOT_FOUND', '404', '"code":"route_not_found"', 'Access-Control-Allow-Origin'],
    ['INVALID_SIGNATURE', '404', '"code":"route_not_found"', 'Access-Control-Allow-Origin'],
    ['THROTTLED', '429', '"code":"too_many_requests"', 'Retry-After'],
    ['QUOTA_EXCEEDED', '429', '"code":"too_many_requests"', 'Retry-After'],
    ['INTEGRATION_TIMEOUT', '504', '"code":"gateway_timeout"', 'Retry-After'],
    ['DEFAULT_4XX', undefined, '"code":"request_refused"', 'Access-Control-Allow-Origin'],
    ['DEFAULT_5XX', undefined, '"code":"internal_error"', 'Access-Control-Allow-Origin'],
  ])(
    'answers %s itself with %s, as problem details that a browser may read',
    (type, status, code, header) => {
      const responses = properties('AWS::ApiGateway::GatewayResponse');
      const response = responses.find(({ ResponseType }) => ResponseType === type) ?? {};
      const body = (response['ResponseTemplates'] as Record<string, string>)['application/json'];
      const headers = response['ResponseParameters'] as Record<string, string>;
      expect(response['StatusCode']).toBe(status);
      expect(body).toContain(code);
      expect(headers['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      expect(headers['gatewayresponse.header.Access-Control-Allow-Origin']).toBe("'*'");
      expect(headers).toHaveProperty([`gatewayresponse.header.${header}`]);
    },
  );

  it.each([
    ['UNAUTHORIZED', `'Bearer realm="todo", `],
    ['ACCESS_DENIED', `'Bearer realm="todo", error="invalid_token", `],
  ])('names the metadata of this stage in each 401: %s', (type, start) => {
    const response = properties('AWS::ApiGateway::GatewayResponse').find(
      ({ ResponseType }) => ResponseType === type,
    );
    const headers = response?.['ResponseParameters'] as Record<string, unknown>;
    const stage = `https://\${ApiGatewayRestApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/prod`;
    expect(headers['gatewayresponse.header.WWW-Authenticate']).toEqual({
      'Fn::Sub': `${start}resource_metadata="${stage}/.well-known/oauth-protected-resource"'`,
    });
  });

  it('repeats no sentence of API Gateway that may quote the Authorization header', () => {
    const quoting = properties('AWS::ApiGateway::GatewayResponse')
      .filter(({ ResponseTemplates }) => JSON.stringify(ResponseTemplates).includes('$context.error.message'))
      .map(({ ResponseType }) => ResponseType);
    expect(quoting.sort()).toEqual(['BAD_REQUEST_BODY', 'BAD_REQUEST_PARAMETERS']);
  });

  it('is deployed after its gateway responses and methods, on a stage of its own', () => {
    const [[id, deployment]] = resourcesOf(prod.template, 'AWS::ApiGateway::Deployment') as [
      [string, Resource],
    ];
    const parts = ['AWS::ApiGateway::GatewayResponse', 'AWS::ApiGateway::Method'];
    const awaited = parts.flatMap((type) => resourcesOf(prod.template, type).map(([name]) => name));
    expect([...(deployment.DependsOn ?? [])].sort()).toEqual(awaited.sort());
    expect(deployment.Properties).not.toHaveProperty('StageName');
    expect(only('AWS::ApiGateway::Stage').Properties).toMatchObject({
      DeploymentId: { Ref: id },
      StageName: 'prod',
    });
  });

  it('is traced, throttled, and logs neither headers nor bodies', () => {
    const stage = only('AWS::ApiGateway::Stage').Properties;
    const settings = stage['MethodSettings'] as Record<string, unknown>[];
    expect(stage['TracingEnabled']).toBe(true);
    expect(settings[0]).toMatchObject({
      HttpMethod: '*',
      ResourcePath: '/*',
      ThrottlingRateLimit: 500,
      ThrottlingBurstLimit: 1000,
    });
    const quiet = { MetricsEnabled: false, LoggingLevel: 'OFF', DataTraceEnabled: false };
    for (const setting of settings) expect(setting).toMatchObject(quiet);
  });

  it('logs one JSON line per request, without token, address, path or user', () => {
    const { Format } = only('AWS::ApiGateway::Stage').Properties['AccessLogSetting'] as { Format: string };
    const line = JSON.parse(Format.replaceAll(/\$context\.[\w.]+/g, '0'));
    const variables = [...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => String(name));
    expect(Object.keys(line)).toEqual(
      expect.arrayContaining(['requestId', 'status', 'ms', 'authorizerMs', 'authorizerError', 'refusal']),
    );
    const forbidden =
      /^(path|identity\.|authorizer\.(?!latency|status|error$|code$)|error\.message|customDomain|requestOverride)/;
    expect(variables.filter((name) => forbidden.test(name))).toEqual([]);
  });

  it('logs the line that docs/operating.md shows', () => {
    const { Format } = only('AWS::ApiGateway::Stage').Properties['AccessLogSetting'] as { Format: string };
    const line = JSON.parse(Format.replaceAll(/\$context\.[\w.]+/g, '0'));
    const shown = /^\{"message":"access".*\}$/m.exec(operating)?.[0] ?? '';
    expect(Object.keys(JSON.parse(shown))).toEqual(Object.keys(line));
  });

  it('may be invoked by this API only', () => {
    for (const { Principal, SourceArn } of properties('AWS::Lambda::Permission')) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(SourceArn)).toContain('{"Ref":"ApiGatewayRestApi"}');
    }
  });
});

describe('every function', () => {
  it('runs Node 24 on arm64, traced, with the memory and time its measurements ask for', () => {
    for (const fn of properties('AWS::Lambda::Function')) {
      const name = String(fn['FunctionName']).replace('better-auth-todo-prod-', '');
      const [MemorySize, Timeout] = SIZES[name] ?? USUAL_SIZE;
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        MemorySize,
        Timeout,
      });
    }
  });

  it('has a log of its own that is kept for a limited time', () => {
    const logs = properties('AWS::Logs::LogGroup');
    const names = logs.map(({ LogGroupName }) => LogGroupName);
    const functionLogs = properties('AWS::Lambda::Function').map(
      ({ FunctionName }) => `/aws/lambda/${FunctionName}`,
    );
    expect(names.sort()).toEqual([...functionLogs, '/aws/api-gateway/better-auth-todo-prod'].sort());
    for (const { RetentionInDays } of logs) expect(RetentionInDays).toBe(90);
  });

  it('is one bundled file: no tests, no sources, no source map, nothing of a developer machine', () => {
    const functions = properties('AWS::Lambda::Function').map(({ FunctionName }) =>
      String(FunctionName).split('-').at(-1),
    );
    expect(Object.keys(prod.zips).sort()).toEqual(functions.sort());
    for (const files of Object.values(prod.zips)) {
      expect(files.map(({ name }) => name)).toEqual([
        expect.stringMatching(/^(authorizer|functions)\/[\w-]+\.cjs$/),
      ]);
      expect(files[0]?.bytes).toBeLessThan(700_000);
    }
  });
});

describe('the table', () => {
  it('is on demand, encrypted, restorable to any second, and stays when the stack goes', () => {
    const table = only('AWS::DynamoDB::Table');
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(table.Properties).not.toHaveProperty('TableName');
  });
});

describe('alarms and dashboard', () => {
  /** Every `{Namespace, MetricName, Dimensions}` that an alarm looks at. */
  const watched = () => {
    const found: Record<string, unknown>[] = [];
    JSON.stringify(properties('AWS::CloudWatch::Alarm'), (_key, value) => {
      if (value?.MetricName !== undefined) found.push(value);
      return value;
    });
    return found;
  };

  it.each([
    '5XXError',
    'Latency',
    'Errors',
    'AuthUnavailable',
    'ThrottledRequests',
    'Throttles',
    'ReadThrottleEvents',
    'WriteThrottleEvents',
  ])('watch %s', (metric) => {
    expect(watched().map(({ MetricName }) => MetricName)).toContain(metric);
  });

  it('look at what this stack has, and tell the topic', () => {
    const names = new Set([
      ...properties('AWS::Lambda::Function').map(({ FunctionName }) => FunctionName),
      only('AWS::ApiGateway::RestApi').Properties['Name'],
      'prod',
    ]);
    for (const { Dimensions = [] } of watched() as { Dimensions?: { Value: unknown }[] }[]) {
      for (const { Value } of Dimensions)
        expect(names.has(Value) || refOf(Value) === 'TasksTable').toBe(true);
    }
    for (const alarm of properties('AWS::CloudWatch::Alarm'))
      expect(alarm['AlarmActions']).toEqual([{ Ref: 'AlarmTopic' }]);
  });

  it('look only at metrics of this stage that something counts', () => {
    const counted = properties('AWS::Logs::MetricFilter').flatMap(
      ({ MetricTransformations }) => MetricTransformations as Record<string, string>[],
    );
    const own = watched().filter(({ Namespace }) => Namespace === 'better-auth-todo/prod');
    expect(new Set(counted.map(({ MetricNamespace }) => MetricNamespace))).toEqual(
      new Set(['better-auth-todo/prod']),
    );
    for (const { MetricName } of own)
      expect(counted.map((metric) => metric['MetricName'])).toContain(MetricName);
  });

  it('are explained one by one in docs/operating.md', () => {
    const anchors = [...operating.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      String(title).toLowerCase().replaceAll(' ', '-'),
    );
    for (const { AlarmDescription } of properties('AWS::CloudWatch::Alarm')) {
      expect(anchors).toContain(/docs\/operating\.md#([\w-]+)$/.exec(String(AlarmDescription))?.[1]);
    }
  });

  it('show graphs of this stage', () => {
    const { DashboardBody } = only('AWS::CloudWatch::Dashboard').Properties as {
      DashboardBody: { 'Fn::Sub': string };
    };
    const { widgets } = JSON.parse(DashboardBody['Fn::Sub']);
    expect(widgets.length).toBeGreaterThanOrEqual(8);
    expect(DashboardBody['Fn::Sub']).toContain('better-auth-todo-prod-authorizer');
  });
});
