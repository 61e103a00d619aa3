import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';
import type { RawRequest } from './socket.ts';

const CRUD = 'api `test_gateway_response_crud` `get-gateway-responses`';
const PUT = 'api `test_gateway_response_put`';
const guarded = (token: string): RawRequest => ({
  target: '/dev/guarded',
  headers: [['Authorization', token]],
});
const SLOW: RawRequest = { target: '/dev/slow' };
const UNKNOWN: RawRequest = { target: '/dev/unknown?q=asked', headers: [['Accept', 'text/test']] };

function standard(type: string, request: RawRequest, status: number): Observation {
  return {
    fact: `The default status of ${type} is ${status}.`,
    recording: CRUD,
    request,
    expected: { status },
  };
}

function templated(type: string, request: RawRequest, body: string): Observation {
  const fact = `The default body of ${type} is the message in quotes under \`message\`.`;
  return { fact, recording: CRUD, request, expected: { body } };
}

function set(fact: string, key: string, request: RawRequest, expected: Expected): Observation {
  return { fact, recording: `${PUT} \`${key}\``, setting: 'configured', request, expected };
}

const ALL = 'put-gateway-response-all-value';
const DEFAULT = 'get-gateway-responses';
const ACCEPTING: RawRequest = {
  ...guarded('fail'),
  headers: [
    ['Authorization', 'fail'],
    ['Accept', 'text/test'],
  ],
};

/** Gateway responses: the defaults, and what a configuration changes. */
export const RESPONSE_FACTS: readonly RecordedFact[] = numbered(1601, [
  standard('ACCESS_DENIED', guarded('deny'), 403),
  standard('UNAUTHORIZED', guarded('refuse'), 401),
  standard('AUTHORIZER_CONFIGURATION_ERROR', guarded('fail'), 500),
  standard('INTEGRATION_TIMEOUT', SLOW, 504),
  standard('INVALID_API_KEY', { target: '/dev/private' }, 403),
  standard('BAD_REQUEST_PARAMETERS', { target: '/dev/nested/value' }, 400),
  standard('BAD_REQUEST_BODY', { method: 'POST', target: '/dev/list' }, 400),
  templated('UNAUTHORIZED', guarded('refuse'), '{"message":"Unauthorized"}'),
  templated('INVALID_API_KEY', { target: '/dev/private' }, '{"message":"Forbidden"}'),
  set('A type takes the status it is given.', ALL, UNKNOWN, { status: 404 }),
  set('A literal response parameter becomes a header.', ALL, UNKNOWN, {
    headers: { 'Access-Control-Allow-Origin': 'a.b.c' },
  }),
  set('A response parameter may name a request header.', ALL, UNKNOWN, {
    headers: { 'x-request-header': 'text/test' },
  }),
  set('A response parameter may name a query parameter.', ALL, UNKNOWN, {
    headers: { 'x-request-query': 'asked' },
  }),
  set('A template may use the message, the type and the stage.', ALL, UNKNOWN, {
    members: {
      '': {
        message: 'Missing Authentication Token',
        type: 'MISSING_AUTHENTICATION_TOKEN',
        stage: 'dev',
        statusCode: "'404'",
      },
    },
  }),
  set('DEFAULT_5XX gives AUTHORIZER_CONFIGURATION_ERROR its status.', DEFAULT, guarded('fail'), {
    status: 599,
  }),
  set('DEFAULT_5XX gives INTEGRATION_TIMEOUT its status.', DEFAULT, SLOW, { status: 599 }),
  set('DEFAULT_5XX gives AUTHORIZER_CONFIGURATION_ERROR its headers.', DEFAULT, ACCEPTING, {
    headers: { 'x-request-header': 'text/test' },
  }),
  set('DEFAULT_5XX gives INTEGRATION_TIMEOUT its template.', DEFAULT, SLOW, {
    members: { type: 'INTEGRATION_TIMEOUT', stage: 'dev' },
  }),
  set('DEFAULT_5XX leaves the status of ACCESS_DENIED.', DEFAULT, guarded('deny'), { status: 403 }),
]);
