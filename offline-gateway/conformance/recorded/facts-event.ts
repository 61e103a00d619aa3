import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';
import type { RawRequest } from './socket.ts';

const TEST = 'lambda `test_lambda_aws_proxy_integration`';
const HEADERS = [
  ['Accept-Encoding', 'gzip, deflate'],
  ['Accept', '*/*'],
  ['User-Agent', 'python-requests/testing'],
  ['tEsT-HEADeR', 'aValUE'],
  ['authorization', 'random-value'],
] as const;
const FIRST: RawRequest = { target: '/dev/p/proxy-value', headers: HEADERS };
const NULLS =
  'accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn';

function seen(fact: string, key: string, request: RawRequest, expected: Expected): Observation {
  return { fact, recording: `${TEST} \`${key}\``, request, expected: { status: 200, ...expected } };
}

function first(fact: string, members: Expected['members'], more: Expected = {}): Observation {
  return seen(fact, 'invocation-payload-without-trailing-slash', FIRST, {
    ...(members && { members }),
    ...more,
  });
}

/** What one way of writing the URL becomes in the event. */
interface Url {
  readonly key: string;
  readonly words: string;
  readonly target: string;
  readonly path: string;
  readonly contextPath: string;
  readonly proxy?: string;
}

const EMAILS = 'api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com';
const URLS: readonly Url[] = [
  {
    key: 'with-trailing-slash',
    words: 'a trailing slash',
    target: '/dev/p/v/',
    path: '/p/v/',
    contextPath: '/dev/p/v/',
    proxy: 'v',
  },
  {
    key: 'with-double-slash',
    words: 'two slashes inside a greedy parameter',
    target: '/dev/p/v//w',
    path: '/p/v//w',
    contextPath: '/dev/p/v//w',
    proxy: 'v//w',
  },
  {
    key: 'with-prepended-slash-to-stage',
    words: 'two slashes before the stage',
    target: '//dev/p/v',
    path: '/p/v',
    contextPath: '/dev/p/v',
    proxy: 'v',
  },
  {
    key: 'with-prepended-slash',
    words: 'two slashes after the stage',
    target: '/dev//p/v',
    path: '/p/v',
    contextPath: '/dev//p/v',
    proxy: 'v',
  },
  {
    key: 'without-trailing-slash-and-query-params',
    words: 'a query',
    target: '/dev/p/v?urlparam=test',
    path: '/p/v',
    contextPath: '/dev/p/v',
    proxy: 'v',
  },
  {
    key: 'with-trailing-slash-and-query-params',
    words: 'a trailing slash and a query',
    target: '/dev/p/v/?urlparam=test',
    path: '/p/v/',
    contextPath: '/dev/p/v/',
    proxy: 'v',
  },
  {
    key: 'with-path-encoded-email',
    words: 'percent escapes and a plus',
    target: `/dev/p/${EMAILS}`,
    path: `/p/${EMAILS}`,
    contextPath: `/dev/p/${EMAILS}`,
    proxy: EMAILS,
  },
];

const URL_FACTS = URLS.flatMap(({ key, words, target, path, contextPath, proxy }) => {
  const fact = (what: string, member: string, value: unknown) =>
    seen(
      `With ${words}, ${what}.`,
      `invocation-payload-${key}`,
      { target, headers: HEADERS },
      { members: { [member]: value } },
    );
  return [
    fact(`\`path\` is ${path}`, 'path', path),
    fact(`\`requestContext.path\` is ${contextPath}`, 'requestContext.path', contextPath),
    fact(`the path parameter is ${proxy}`, 'pathParameters', { proxy }),
    fact('the resource is the greedy one', 'requestContext.resourcePath', '/p/{proxy+}'),
  ];
});

const ENCODED = {
  target:
    '/dev/p/api?dateTimeOffset=2023-06-12T18:05:10.123456+00:00&email=test%2Balias@gmail.com&plus=test+alias@gmail.com&url=https://www.google.com/&whitespace=foo%20bar&zhash=abort/',
  headers: HEADERS,
};
const QUERY = {
  dateTimeOffset: '2023-06-12T18:05:10.123456 00:00',
  email: 'test+alias@gmail.com',
  plus: 'test alias@gmail.com',
  url: 'https://www.google.com/',
  whitespace: 'foo bar',
  zhash: 'abort/',
};

const QUERY_FACTS = Object.entries(QUERY).flatMap(([name, value]) => {
  const fact = (map: string, expected: unknown) =>
    seen(
      `The query value \`${name}\` of \`${map}\` is decoded, a plus is a space.`,
      'invocation-payload-with-params-encoding',
      ENCODED,
      { members: { [`${map}.${name}`]: expected } },
    );
  return [fact('queryStringParameters', value), fact('multiValueQueryStringParameters', [value])];
});

const MULTI: RawRequest = {
  method: 'POST',
  target: '/dev/p/v?category=electronics&category=books&price=10&price=20&price=30',
  headers: [
    ['Content-Type', 'application/json;charset=utf-8'],
    ['aUThorization', 'Bearer token123;API key456'],
  ],
  body: '{"message": "hello world"}',
};

function multi(fact: string, members: Expected['members']): Observation {
  return seen(fact, 'invocation-payload-with-params-encoding-multi', MULTI, { ...(members && { members }) });
}

const MULTI_FACTS = [
  multi('Of several query values the last one is in the single-value map.', {
    queryStringParameters: { category: 'books', price: '30' },
  }),
  multi('All query values are in the multi-value map, in order.', {
    multiValueQueryStringParameters: { category: ['electronics', 'books'], price: ['10', '20', '30'] },
  }),
  multi('The body arrives as the text that was sent.', { body: MULTI.body }),
  multi('The charset of the content type is kept.', {
    'headers.Content-Type': 'application/json;charset=utf-8',
  }),
  multi('`Authorization` is spelled so, however the client writes it.', {
    'headers.Authorization': 'Bearer token123;API key456',
  }),
  multi('A semicolon does not split a header value.', {
    'multiValueHeaders.Authorization': ['Bearer token123;API key456'],
  }),
  multi('`httpMethod` of an ANY method is the method of the request.', { httpMethod: 'POST' }),
  multi('`requestContext.httpMethod` of an ANY method is the method of the request.', {
    'requestContext.httpMethod': 'POST',
  }),
];

const EVENT_NAMES =
  'body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path pathParameters queryStringParameters requestContext resource stageVariables';
const CONTEXT_NAMES =
  'accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage';

const SHAPE_FACTS = [
  first('The event has twelve members and no others.', undefined, { names: { '': EVENT_NAMES.split(' ') } }),
  first(
    '`requestContext` has sixteen members, no `authorizer` and no `operationName` among them.',
    undefined,
    { names: { requestContext: CONTEXT_NAMES.split(' ') } },
  ),
  first('`identity` has twelve members and no others.', undefined, {
    names: { 'requestContext.identity': [...NULLS.split(' '), 'sourceIp', 'userAgent'] },
  }),
  ...NULLS.split(' ').map((name) =>
    first(`\`identity.${name}\` is null without IAM, Cognito or a key.`, {
      [`requestContext.identity.${name}`]: null,
    }),
  ),
  first('`identity.userAgent` is the header of the client.', {
    'requestContext.identity.userAgent': 'python-requests/testing',
  }),
  first('`path` has no stage.', { path: '/p/proxy-value' }),
  first('`requestContext.path` has the stage.', { 'requestContext.path': '/dev/p/proxy-value' }),
  first('`resource` is the template.', { resource: '/p/{proxy+}' }),
  first('`requestContext.resourcePath` is the template.', { 'requestContext.resourcePath': '/p/{proxy+}' }),
  first('A greedy parameter is named without its plus.', { pathParameters: { proxy: 'proxy-value' } }),
  first('`body` is null without a body.', { body: null }),
  first('`isBase64Encoded` is false without binary media types.', { isBase64Encoded: false }),
  first('`stageVariables` is null without stage variables.', { stageVariables: null }),
  first('`queryStringParameters` is null without a query.', { queryStringParameters: null }),
  first('`multiValueQueryStringParameters` is null without a query.', {
    multiValueQueryStringParameters: null,
  }),
  first('`protocol` is HTTP/1.1.', { 'requestContext.protocol': 'HTTP/1.1' }),
  first('`stage` is the name of the stage.', { 'requestContext.stage': 'dev' }),
  first('`accountId` is twelve digits.', { 'requestContext.accountId': /^\d{12}$/ }),
  first('`requestId` is a UUID.', {
    'requestContext.requestId': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  }),
  first('A header name keeps the case of the client.', { 'headers.tEsT-HEADeR': 'aValUE' }),
  first('A header name keeps its case in the multi-value map.', {
    'multiValueHeaders.tEsT-HEADeR': ['aValUE'],
  }),
  first('A header that the client writes as `authorization` arrives as `Authorization`.', {
    'headers.Authorization': 'random-value',
    'headers.authorization': undefined,
  }),
  first('`Host` arrives, and is `domainName`.', { 'headers.Host': /./ }),
  first('A comma does not split a header value.', { 'multiValueHeaders.Accept-Encoding': ['gzip, deflate'] }),
  first('`X-Amzn-Trace-Id` is added.', { 'headers.X-Amzn-Trace-Id': /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/ }),
  first('`X-Forwarded-For` is added.', { 'headers.X-Forwarded-For': /./ }),
  first('`X-Forwarded-Port` is added.', { 'headers.X-Forwarded-Port': /^\d+$/ }),
  first('`X-Forwarded-Proto` is added.', { 'headers.X-Forwarded-Proto': /^https?$/ }),
  seen(
    'A query with one value is in both maps.',
    'invocation-payload-without-trailing-slash-and-query-params',
    { target: '/dev/p/v?urlparam=test' },
    {
      members: {
        queryStringParameters: { urlparam: 'test' },
        multiValueQueryStringParameters: { urlparam: ['test'] },
      },
    },
  ),
];

const HARDCODED = { target: '/dev//hardcoded', headers: HEADERS };
const HARDCODED_FACTS = [
  seen(
    'A hard-coded resource is found with two slashes after the stage.',
    'invocation-hardcoded',
    HARDCODED,
    { members: { resource: '/hardcoded' } },
  ),
  seen('`pathParameters` is null for a resource without parameters.', 'invocation-hardcoded', HARDCODED, {
    members: { pathParameters: null },
  }),
  seen('`path` of a hard-coded resource has one slash.', 'invocation-hardcoded', HARDCODED, {
    members: { path: '/hardcoded' },
  }),
  seen(
    '`requestContext.path` of a hard-coded resource keeps both slashes.',
    'invocation-hardcoded',
    HARDCODED,
    { members: { 'requestContext.path': '/dev//hardcoded' } },
  ),
];

/** The event of a proxy integration. */
export const EVENT_FACTS: readonly RecordedFact[] = numbered(1101, [
  ...SHAPE_FACTS,
  ...URL_FACTS,
  ...QUERY_FACTS,
  ...MULTI_FACTS,
  ...HARDCODED_FACTS,
]);
