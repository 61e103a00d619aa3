import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';

const FORMAT = 'lambda `test_aws_proxy_response_payload_format_validation`';
const BAD: Expected = { status: 502, members: { message: 'Internal server error' } };
const TEXT = 'dGVzdC1kYXRh';

function replied(fact: string, key: string, reply: unknown, expected: Expected): Observation {
  const body = reply === undefined ? '' : JSON.stringify(reply);
  const headers = [['Content-Type', 'application/json']] as const;
  return {
    fact,
    recording: `${FORMAT} \`${key}\``,
    request: { method: 'POST', target: '/dev/reply', headers, body },
    expected,
  };
}

const WITH_HEADERS = { statusCode: 200, headers: { 'test-header': 'value', 'header-bool': true } };
const SOLO = { 'test-multi': 'value-solo' };
const MULTI_CASED = { statusCode: 200, multiValueHeaders: { 'tesT-Multi': ['value-multi'] }, headers: SOLO };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ONLY_HEADERS = { headers: { 'test-header': 'value' } };

function formatted(fact: string, key: string, reply: unknown, expected: Expected): Observation {
  return {
    ...replied(fact, '', reply, expected),
    recording: `lambda \`test_lambda_aws_proxy_response_format\` \`${key}\``,
  };
}

/** What a function may return, and what becomes of it. */
export const REPLY_FACTS: readonly RecordedFact[] = numbered(1301, [
  replied(
    'A status alone is a reply with an empty body.',
    'invoke-api-no-body',
    { statusCode: 200 },
    { status: 200, body: '' },
  ),
  replied('A header of the function is sent.', 'invoke-api-with-headers', WITH_HEADERS, {
    status: 200,
    headers: { 'test-header': 'value' },
  }),
  replied('A boolean header value is sent as text.', 'invoke-api-with-headers', WITH_HEADERS, {
    status: 200,
    headers: { 'header-bool': 'true' },
  }),
  replied(
    'Without a content type of the function it is application/json.',
    'invoke-api-with-headers',
    WITH_HEADERS,
    { headers: { 'Content-Type': 'application/json' } },
  ),
  replied('An empty body has the length 0.', 'invoke-api-with-headers', WITH_HEADERS, {
    headers: { 'Content-Length': '0' },
  }),
  replied('A reply with headers has `X-Amzn-Trace-Id`.', 'invoke-api-with-headers', WITH_HEADERS, {
    headers: { 'X-Amzn-Trace-Id': /^Root=/ },
  }),
  replied('A reply with headers has `x-amzn-RequestId`.', 'invoke-api-with-headers', WITH_HEADERS, {
    headers: { 'x-amzn-RequestId': UUID },
  }),
  replied(
    '`headers: null` is accepted.',
    'invoke-api-with-headers-null',
    { statusCode: 200, headers: null },
    { status: 200, body: '' },
  ),
  replied(
    '`headers: null` gives the content type application/json.',
    'invoke-api-with-headers-null',
    { statusCode: 200, headers: null },
    { headers: { 'Content-Type': 'application/json' } },
  ),
  replied(
    'An unknown member is 502.',
    'invoke-api-wrong-format',
    { statusCode: 200, wrongValue: 'value' },
    BAD,
  ),
  replied('A function that fails is 502.', 'invoke-api-empty-response', undefined, BAD),
  replied(
    'Without binary media types a base64 body is sent as the text it is.',
    'invoke-api-b64-encoded-true',
    { statusCode: 200, body: TEXT, isBase64Encoded: true },
    { status: 200, body: TEXT },
  ),
  replied(
    'A body that looks like base64 is text unless the function says otherwise.',
    'invoke-api-b64-encoded-false',
    { statusCode: 200, body: TEXT },
    { status: 200, body: TEXT },
  ),
  replied(
    'All values of a multi-value header are sent, in order.',
    'invoke-api-multi-headers-valid',
    { statusCode: 200, multiValueHeaders: { 'test-multi': ['value1', 'value2'] } },
    { status: 200, headers: { 'test-multi': 'value1, value2' } },
  ),
  replied(
    'A header given both ways is merged, multi-value first.',
    'invoke-api-multi-headers-overwrite',
    { statusCode: 200, multiValueHeaders: { 'test-multi': ['value-multi'] }, headers: SOLO },
    { status: 200, headers: { 'test-multi': 'value-multi, value-solo' } },
  ),
  replied(
    'A header given both ways is merged whatever the case of its names.',
    'invoke-api-multi-headers-overwrite-casing',
    MULTI_CASED,
    { headers: { 'test-multi': 'value-multi, value-solo' } },
  ),
  replied(
    'A merged header is spelled as in `multiValueHeaders`.',
    'invoke-api-multi-headers-overwrite-casing',
    MULTI_CASED,
    { spelling: 'tesT-Multi' },
  ),
  replied(
    'A multi-value header that is no array is 502.',
    'invoke-api-multi-headers-invalid',
    { statusCode: 200, multiValueHeaders: { 'test-multi-invalid': 'value1' } },
    BAD,
  ),
  replied(
    'A status that is no number is 502.',
    'invoke-api-invalid-status-code',
    { statusCode: 'test' },
    BAD,
  ),
  replied(
    'A status may be the text of a number.',
    'invoke-api-status-code-str',
    { statusCode: '201' },
    { status: 201, body: '' },
  ),
  replied('A bare string is 502.', 'invoke-api-just-string', 'justAString', BAD),
  replied('Without a status it is 200.', 'invoke-api-only-headers', ONLY_HEADERS, { status: 200, body: '' }),
  formatted(
    'A status alone is 200 with no bytes.',
    'no-body',
    { statusCode: 200 },
    { status: 200, headers: { 'Content-Length': '0' } },
  ),
  formatted('Headers alone are sent with 200.', 'only-headers', ONLY_HEADERS, {
    status: 200,
    headers: { 'test-header': 'value' },
  }),
  formatted('An empty object is 200 with an empty body.', 'empty-response', {}, { status: 200, body: '' }),
  {
    ...replied(
      'A malformed reply has the error type InternalServerErrorException.',
      '',
      { statusCode: 200, wrongValue: 1 },
      { headers: { 'x-amzn-ErrorType': 'InternalServerErrorException' } },
    ),
    recording: 'integrations `test_apigateway_header_remapping_aws[AWS_PROXY]` `content-length`',
  },
  {
    ...replied(
      'The body of an internal error has 36 bytes: a space follows the colon.',
      '',
      { statusCode: 200, wrongValue: 1 },
      { headers: { 'Content-Length': '36' } },
    ),
    recording: 'integrations `test_apigateway_header_remapping_aws[AWS_PROXY]` `transfer-encoding`',
  },
  {
    ...replied(
      'An internal error has the content type application/json.',
      '',
      { statusCode: 200, wrongValue: 1 },
      { headers: { 'Content-Type': 'application/json' } },
    ),
    recording: 'integrations `test_apigateway_header_remapping_aws[AWS_PROXY]` `te`',
  },
  {
    ...replied(
      'An internal error has no `X-Amzn-Trace-Id`.',
      '',
      { statusCode: 200, wrongValue: 1 },
      { headers: { 'X-Amzn-Trace-Id': undefined } },
    ),
    recording: 'integrations `test_apigateway_header_remapping_aws[AWS_PROXY]` `expect`',
  },
]);
