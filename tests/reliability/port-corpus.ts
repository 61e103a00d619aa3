import { EXAMPLE } from '../../support/resources.ts';
import { pick } from './scenario.ts';

/** A port of the local stack, apart from the API's own. */
export type LocalPort = 'database' | 'signIn' | 'lambda';

/** One kind of request that a port may not expect. */
export interface PortKind {
  readonly name: string;
  readonly make: (random: () => number) => PortRequest;
}

export interface PortRequest {
  readonly method?: string;
  readonly path?: string;
  /** The Host header; that of the port unless given. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client sends only this share of the body and leaves. */
  readonly sentShare?: number;
}

const json = JSON.stringify;
const { create, list } = EXAMPLE;
const FUNCTIONS = [
  'authorizer',
  create.functionName,
  list.functionName,
  'getMe',
  'getHealth',
  'getDocs',
  'missing',
];
const TABLE = 'TasksTable';
const ITEM_OPERATIONS = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];
const OPERATIONS = [
  ...ITEM_OPERATIONS,
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteTable',
  'DescribeTable',
  'ListTables',
  'UpdateTable',
  'TagResource',
];
/** JSON and text that no operation expects as its body. */
const BODIES = [
  'null',
  '[]',
  '1',
  'true',
  '"x"',
  '{}',
  '[null]',
  '{"a":null}',
  '{"__proto__":null}',
  '{',
  '',
  ' ',
  '\u0000',
  '\ufeff{}',
  '['.repeat(20_000),
  `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
];
/** Values of the wrong type, for any member. */
const VALUES = [
  null,
  true,
  -1,
  1e308,
  '',
  'x',
  'x'.repeat(300),
  [],
  [null],
  {},
  { S: 1 },
  { S: null },
  { N: 'x' },
  { M: { a: null } },
  { L: [null] },
  { B: '%' },
  [{}],
  { x: { S: 'x' } },
];
const MEMBERS = [
  'TableName',
  'Key',
  'Item',
  'KeyConditionExpression',
  'FilterExpression',
  'UpdateExpression',
  'ConditionExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'ExclusiveStartTableName',
  'Limit',
  'RequestItems',
  'AttributeUpdates',
  'Expected',
  'KeyConditions',
  'KeySchema',
  'AttributeDefinitions',
  'ReturnValues',
  'Segment',
  'TotalSegments',
];
const EXPRESSIONS = [
  '',
  ' ',
  '(',
  'a = ',
  '#a = :a',
  'SET a = a + :a',
  'REMOVE a[',
  'a.'.repeat(5000),
  '('.repeat(5000),
];

/** Requests for each port that its server may not expect. Every one reaches that server, unless its Host is refused. */
export const PORT_KINDS: Readonly<Record<LocalPort, readonly PortKind[]>> = {
  database: [
    { name: 'a body that is no object', make: (random) => operation(random, pick(random, BODIES)) },
    { name: 'members of the wrong type', make: (random) => operation(random, json(members(random, VALUES))) },
    {
      name: 'expressions that are not valid',
      make: (random) =>
        operation(random, json({ ...members(random, EXPRESSIONS), TableName: TABLE }), ITEM_OPERATIONS),
    },
    {
      name: 'an operation that is not known',
      make: (random) => ({
        ...operation(random, '{}'),
        headers: {
          ...DATABASE_HEADERS,
          'X-Amz-Target': pick(random, [
            'x',
            '.',
            'DynamoDB_20120810.',
            'DynamoDB_20120810.__proto__',
            'a.b.c',
          ]),
        },
      }),
    },
    {
      name: 'a signature that cannot be read',
      make: (random) => ({
        ...operation(random, '{}'),
        headers: {
          'Content-Type': 'application/x-amz-json-1.0',
          'X-Amz-Target': 'DynamoDB_20120810.ListTables',
          Authorization: pick(random, ['AWS4-', 'AWS4-HMAC-SHA256 =,=', 'x', 'AWS4-HMAC-SHA256 __proto__=1']),
        },
      }),
    },
    {
      name: 'an upload broken off',
      make: (random) => ({ ...operation(random, json({ a: 'x'.repeat(50_000) })), sentShare: random() }),
    },
  ],
  signIn: [
    {
      name: 'a Host that is not valid',
      make: (random) => ({
        path: '/api/auth/ok',
        host: pick(random, ['a b', '[', ']', ':', 'x:y', '%', '@', 'localhost:99999']),
      }),
    },
    {
      name: 'an unusual method',
      make: (random) => ({
        method: pick(random, ['TRACE', 'PROPFIND', 'QUERY', 'DELETE', 'PUT', 'HEAD', 'OPTIONS']),
        path: '/api/auth/ok',
      }),
    },
    {
      name: 'headers of a proxy',
      make: (random) => ({
        path: '/api/auth/ok',
        headers: {
          [pick(random, ['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-For', 'Forwarded'])]: pick(
            random,
            ['x y', '[', '', ',', 'javascript', '://'],
          ),
        },
      }),
    },
    {
      name: 'a path that is not valid',
      make: (random) => ({
        path: pick(random, [
          '*',
          'http://[',
          '//[',
          '/%',
          '/api/auth/%zz',
          '/api/auth/../..',
          '/api/auth//',
          '?',
          '/\\',
          '/api/auth/ok?%',
        ]),
      }),
    },
    {
      name: 'a body that is not expected',
      make: (random) => ({
        method: 'POST',
        path: `/api/auth/${pick(random, AUTH_PATHS)}`,
        headers: {
          'Content-Type': pick(random, [
            'application/json',
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
            'multipart/form-data; boundary=x',
            '',
          ]),
        },
        body: pick(random, BODIES),
      }),
    },
    {
      name: 'members of the wrong type',
      make: (random) => ({
        method: 'POST',
        path: `/api/auth/${pick(random, AUTH_PATHS)}`,
        headers: { 'Content-Type': 'application/json' },
        body: json({
          email: pick(random, VALUES),
          password: pick(random, VALUES),
          name: pick(random, VALUES),
        }),
      }),
    },
    {
      name: 'cookies that are not valid',
      make: (random) => ({
        path: '/api/auth/get-session',
        headers: {
          Cookie: pick(random, [
            'better-auth.session_token=%',
            'better-auth.session_data=e30.e30.x',
            '=',
            ';;;',
            '__proto__=1',
            'x'.repeat(8000),
          ]),
        },
      }),
    },
    {
      name: 'a token that is not valid',
      make: (random) => ({
        path: '/api/auth/token',
        headers: { Authorization: pick(random, ['Bearer', 'Bearer %', 'Bearer a.b.c', 'Basic x']) },
      }),
    },
    {
      name: 'an upload broken off',
      make: (random) => ({
        method: 'POST',
        path: '/api/auth/sign-up/email',
        headers: { 'Content-Type': 'application/json' },
        body: json({ email: 'x'.repeat(50_000) }),
        sentShare: random(),
      }),
    },
  ],
  lambda: [
    {
      name: 'an Event invocation',
      make: (random) => invocation(random, { 'X-Amz-Invocation-Type': 'Event' }),
    },
    { name: 'an invocation that is waited for', make: (random) => invocation(random, {}) },
    {
      name: 'an invocation of another type',
      make: (random) =>
        invocation(random, { 'X-Amz-Invocation-Type': pick(random, ['DryRun', 'x', 'event']) }),
    },
    {
      name: 'an invocation by the older address',
      make: (random) => ({
        ...invocation(random, {}),
        path: `/2014-11-13/functions/${functionName(random)}/invoke-async/`,
      }),
    },
    {
      name: 'a client context that is not valid',
      make: (random) =>
        invocation(random, { 'X-Amz-Client-Context': pick(random, ['x', 'bnVsbA==', 'ew==', '%']) }),
    },
    {
      name: 'a path that is not valid',
      make: (random) => ({
        method: 'POST',
        path: pick(random, [
          '/%',
          '/2015-03-31/functions/%/invocations',
          '//',
          '/2015-03-31/functions//invocations',
          '*',
        ]),
        body: '{}',
      }),
    },
    {
      name: 'an upload broken off',
      make: (random) => ({
        ...invocation(random, {}),
        body: json({ a: 'x'.repeat(50_000) }),
        sentShare: random(),
      }),
    },
  ],
};

const AUTH_PATHS = [
  'sign-up/email',
  'sign-in/email',
  'sign-out',
  'token',
  'get-session',
  'update-user',
  'change-password',
  'reset-password',
  'x',
];

const DATABASE_HEADERS = {
  'Content-Type': 'application/x-amz-json-1.0',
  Authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=x',
  'X-Amz-Date': '20260101T000000Z',
};

/** A request that DynamoDB would understand but for its body. */
function operation(random: () => number, body: string, operations = OPERATIONS): PortRequest {
  const target = `DynamoDB_20120810.${pick(random, operations)}`;
  return { method: 'POST', headers: { ...DATABASE_HEADERS, 'X-Amz-Target': target }, body };
}

function members(random: () => number, values: readonly unknown[]): Record<string, unknown> {
  const count = 1 + Math.floor(random() * 4);
  return Object.fromEntries(
    Array.from({ length: count }, () => [pick(random, MEMBERS), pick(random, values)]),
  );
}

function invocation(random: () => number, headers: Readonly<Record<string, string>>): PortRequest {
  const path = `/2015-03-31/functions/${functionName(random)}/invocations`;
  return { method: 'POST', path, headers, body: pick(random, BODIES) };
}

function functionName(random: () => number): string {
  return `better-auth-todo-dev-${pick(random, FUNCTIONS)}`;
}
