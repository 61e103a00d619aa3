import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';
import type { RawRequest } from './socket.ts';

const REMAPPING = 'integrations `test_apigateway_header_remapping_aws[AWS_PROXY]` `no-param-integration`';

const PASSED = {
  Accept: 'application/json',
  'Accept-Charset': 'UTF-8',
  'Accept-Encoding': 'br',
  Age: 'request_Age',
  Authorization: 'Unauthorized',
  'Content-Encoding': 'deflate',
  'Content-Type': 'application/json',
  Date: 'request_Date',
  Pragma: 'cache',
  Range: 'bytes=500-999',
  Referer: 'https://example.com/',
  'User-Agent': 'localStack/0.0',
  Via: 'p.example.net',
  Warn: '299 localStack/0.0',
};
const DROPPED = {
  Connection: 'close',
  'Content-MD5': 'request_Content-MD5',
  Expect: '100-continue',
  'Max-Forwards': '2',
  'Proxy-Authenticate': 'Basic',
  Server: 'https://example.com/',
  TE: 'deflate',
  Trailer: 'Expires',
  'Transfer-Encoding': 'chunked',
  Upgrade: 'HTTP/2.0',
  'WWW-Authenticate': 'Basic YWxhZGRpbjpvcGVuc2VzYW1l',
};
const REQUEST: RawRequest = { target: '/dev/p/no-param', headers: Object.entries({ ...PASSED, ...DROPPED }) };

function seen(fact: string, expected: Expected): Observation {
  return { fact, recording: REMAPPING, request: REQUEST, expected: { status: 200, ...expected } };
}

const TRACE = 'common `test_invocation_trace_id`';
const ROOT = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8';
const PARENT = 'Parent=7fa8c0f79203be72';

function traced(fact: string, key: string, request: RawRequest, headers: Expected['headers']): Observation {
  return {
    fact,
    recording: `${TRACE} \`${key}\``,
    request,
    expected: { status: 200, ...(headers && { headers }) },
  };
}

const PROXY = (trace?: string): RawRequest => ({
  target: '/dev/p/proxy-value',
  headers: trace === undefined ? [] : [['x-amzn-trace-id', trace]],
});
const MOCK: RawRequest = { method: 'OPTIONS', target: '/dev/shared' };
const MOCK_TRACED: RawRequest = { ...MOCK, headers: [['x-amzn-trace-id', `${ROOT};${PARENT};Sampled=1`]] };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Which headers pass the gateway, in both directions. */
export const HEADER_FACTS: readonly RecordedFact[] = numbered(1201, [
  ...Object.entries(PASSED).map(([name, value]) =>
    seen(`The request header \`${name}\` arrives.`, { members: { [`headers.${name}`]: value } }),
  ),
  ...Object.keys(DROPPED).map((name) =>
    seen(`The request header \`${name}\` does not arrive.`, { members: { [`headers.${name}`]: undefined } }),
  ),
  seen('A chunked request without chunks has the body null.', { members: { body: null } }),
  seen('The reply has the content type of the function, and no charset.', {
    headers: { 'Content-Type': 'application/json' },
  }),
  seen('The reply has `X-Amzn-Trace-Id`.', { headers: { 'X-Amzn-Trace-Id': /^Root=/ } }),
  seen('The reply has `x-amzn-RequestId`.', { headers: { 'x-amzn-RequestId': UUID } }),
  seen('The reply has `x-amz-apigw-id`.', { headers: { 'x-amz-apigw-id': /=$/ } }),
  seen('The reply has its length, not chunks.', {
    headers: { 'Content-Length': /^\d+$/, 'Transfer-Encoding': undefined },
  }),
  seen('A proxy reply has no CORS and no cache headers of its own.', {
    headers: { 'Access-Control-Allow-Origin': undefined, 'Cache-Control': undefined, Vary: undefined },
  }),
  seen('`Connection: close` of the client is answered with the same.', { headers: { Connection: 'close' } }),
  traced('A MOCK reply has no `X-Amzn-Trace-Id`.', 'normal-req-headers-MOCK', MOCK, {
    'X-Amzn-Trace-Id': undefined,
  }),
  traced('A MOCK reply has the content type application/json.', 'normal-req-headers-MOCK', MOCK, {
    'Content-Type': 'application/json',
  }),
  traced('A MOCK reply has `x-amzn-RequestId`.', 'normal-req-headers-MOCK', MOCK, {
    'x-amzn-RequestId': UUID,
  }),
  traced('A MOCK reply has `x-amz-apigw-id`.', 'normal-req-headers-MOCK', MOCK, { 'x-amz-apigw-id': /=$/ }),
  traced(
    'A MOCK reply has no `X-Amzn-Trace-Id` when the client sends one.',
    'trace-id-req-headers-MOCK',
    MOCK_TRACED,
    { 'X-Amzn-Trace-Id': undefined },
  ),
  traced(
    'A proxy reply has `X-Amzn-Trace-Id` without being sent one.',
    'normal-req-headers-AWS_PROXY',
    PROXY(),
    { 'X-Amzn-Trace-Id': /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16}/ },
  ),
  traced(
    'Root, Parent and Sampled of the client are kept.',
    'trace-id-req-headers-AWS_PROXY',
    PROXY(`${ROOT};${PARENT};Sampled=1`),
    { 'X-Amzn-Trace-Id': new RegExp(`${ROOT};${PARENT};Sampled=1`) },
  ),
  traced(
    'A Root alone is kept, and a Parent is made up.',
    'trace-id-small-req-headers-AWS_PROXY',
    PROXY(ROOT),
    { 'X-Amzn-Trace-Id': new RegExp(`^${ROOT};Parent=(?!7fa8c0f79203be72)[0-9a-f]{16}`) },
  ),
]);
