import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';
import type { RawRequest } from './socket.ts';

const VALIDATOR = 'common `test_api_gateway_request_validator`';
const JSON_TYPE = ['Content-Type', 'application/json'] as const;
const PARAMETER = ['x-header-param', 'test'] as const;
const SUM = '{"a": 1, "b": 2}';
const OTHER = '{"test": "test"}';

function seen(fact: string, recording: string, request: RawRequest, expected: Expected): Observation {
  return { fact, recording, request, expected };
}

function posted(target: string, body = ''): RawRequest {
  return { method: 'POST', target, headers: body === '' ? [] : [JSON_TYPE], body };
}

const complete = (body: string): RawRequest => ({
  ...posted('/dev/nested/value?qs1=test', body),
  headers: [JSON_TYPE, PARAMETER],
});
const GET: RawRequest = { target: '/dev/nested/value?qs1=test', headers: [PARAMETER] };
const invalid = (message: string): Expected => ({ status: 400, members: { message } });
const missing = (names: string) => invalid(`Missing required request parameters: [${names}]`);
const BODY = invalid('Invalid request body');
const LIST = 'common `test_api_gateway_request_validator_with_ref_models`';
const ONE_OF = 'common `test_api_gateway_request_validator_with_ref_one_ofmodels`';

const VALIDATION_FACTS = [
  seen('A request with each parameter and a valid body passes.', VALIDATOR, complete(SUM), {
    status: 200,
    members: { body: SUM },
  }),
  seen(
    'All missing parameters are named, in the order header, path, query string.',
    `${VALIDATOR} \`missing-all-required-request-params-post\``,
    posted('/dev/renamed/value', OTHER),
    missing('x-header-param, issuer, qs1'),
  ),
  seen(
    'A missing header is named.',
    `${VALIDATOR} \`missing-required-headers-request-params-get\``,
    { target: '/dev/nested/value?qs1=test' },
    missing('x-header-param'),
  ),
  seen(
    'A missing query parameter is named.',
    `${VALIDATOR} \`missing-required-qs-request-params-get\``,
    { ...GET, target: '/dev/nested/value' },
    missing('qs1'),
  ),
  seen(
    'A body that does not fit the model is 400.',
    `${VALIDATOR} \`invalid-request-body\``,
    complete(OTHER),
    BODY,
  ),
  seen('A GET request without a body does not fit a model with required members.', VALIDATOR, GET, BODY),
  seen(
    'It does not with the content type application/json either.',
    VALIDATOR,
    { ...GET, headers: [JSON_TYPE, PARAMETER] },
    { status: 400 },
  ),
  seen(
    'Parameters are looked at before the body.',
    `${VALIDATOR} \`missing-all-required-request-params-post\``,
    posted('/dev/nested/value', OTHER),
    missing('x-header-param, qs1'),
  ),
  seen(
    'Without a validator a body of any shape passes.',
    VALIDATOR,
    posted('/dev/unvalidated/value', OTHER),
    { status: 200, members: { body: OTHER } },
  ),
  seen(
    'Without a validator a GET request without a body passes.',
    VALIDATOR,
    { target: '/dev/unvalidated/value' },
    { status: 200 },
  ),
  seen('A model may be an array.', `${LIST} \`successful\``, posted('/dev/list', `[${SUM}]`), {
    status: 200,
  }),
  seen('An absent body does not fit an array.', `${LIST} \`failed-validation\``, posted('/dev/list'), BODY),
  seen(
    '`oneOf` accepts its first schema.',
    `${ONE_OF} \`successful\``,
    posted('/dev/one-of', '{"status": null}'),
    { status: 200 },
  ),
  seen(
    '`oneOf` accepts its second schema.',
    `${ONE_OF} \`successful-with-data\``,
    posted('/dev/one-of', '{"status": {"Status": "works", "Order": 1}}'),
    { status: 200 },
  ),
  seen(
    'An absent body misses a required member.',
    `${ONE_OF} \`failed-validation-no-data\``,
    posted('/dev/one-of'),
    BODY,
  ),
  seen(
    'Another member does not stand in for a required one.',
    `${ONE_OF} \`failed-validation-bad-data\``,
    posted('/dev/one-of', '{"badFormat": "bla"}'),
    BODY,
  ),
];

const KEYS = 'common `test_api_key_required_for_methods`';
const withKey = (key: string): RawRequest => ({ target: '/dev/private', headers: [['x-api-key', key]] });
const SIBLING = 'common `test_proxy_routing_with_hardcoded_resource_sibling`';
const ORDER = 'common `test_routing_with_hardcoded_resource_sibling_order`';
const ROUTING = 'common `test_routing_not_found`';
const resource = (template: string): Expected => ({ status: 200, members: { resource: template } });
const TOKEN: Expected = { status: 403, members: { message: 'Missing Authentication Token' } };
const TOKEN_TYPE: Expected = { headers: { 'x-amzn-ErrorType': 'MissingAuthenticationTokenException' } };

const ROUTING_FACTS = [
  seen('Without a key a method that needs one is 403.', KEYS, { target: '/dev/private' }, { status: 403 }),
  seen('With a key it is 200.', KEYS, withKey('enabled-key-0123456789'), { status: 200 }),
  seen('A disabled key is 403.', `${KEYS} \`update-api-key-disabled\``, withKey('disabled-key-0123456789'), {
    status: 403,
  }),
  seen(
    'A hard-coded resource without the method falls back to its greedy sibling.',
    SIBLING,
    { method: 'OPTIONS', target: '/dev/sibling/test' },
    resource('/sibling/{proxy+}'),
  ),
  seen(
    'A hard-coded resource with the method beats its greedy sibling.',
    SIBLING,
    posted('/dev/sibling/test'),
    resource('/sibling/test'),
  ),
  seen(
    'ANY of a hard-coded resource beats OPTIONS of a greedy one.',
    SIBLING,
    { method: 'OPTIONS', target: '/dev/sibling/test/any' },
    resource('/sibling/test/any'),
  ),
  seen('ANY takes GET.', SIBLING, { target: '/dev/sibling/test/any' }, resource('/sibling/test/any')),
  seen(
    'A hard-coded resource beats a greedy sibling that was made before its child.',
    ORDER,
    { target: '/dev/order/part1' },
    resource('/order/part1'),
  ),
  seen(
    'A hard-coded child beats a greedy resource above it.',
    ORDER,
    { target: '/dev/order/part1/hardcoded-value' },
    resource('/order/part1/hardcoded-value'),
  ),
  seen(
    'An unknown child of a hard-coded resource goes to the greedy one above it.',
    ORDER,
    { target: '/dev/order/part1/random-value' },
    resource('/order/{param+}'),
  ),
  seen(
    'A known path and method are 200.',
    `${ROUTING} \`working-route\``,
    { target: '/dev/existing' },
    { status: 200 },
  ),
  seen(
    'An unknown path is “Missing Authentication Token”.',
    `${ROUTING} \`not-found\``,
    { target: '/dev/random-non-existing' },
    TOKEN,
  ),
  seen(
    'An unknown path has the error type MissingAuthenticationTokenException.',
    `${ROUTING} \`not-found\``,
    { target: '/dev/random-non-existing' },
    TOKEN_TYPE,
  ),
  seen(
    'A known path with another method is “Missing Authentication Token”.',
    `${ROUTING} \`wrong-method\``,
    { method: 'POST', target: '/dev/existing' },
    TOKEN,
  ),
  seen(
    'A known path with another method has the same error type.',
    `${ROUTING} \`wrong-method\``,
    { method: 'POST', target: '/dev/existing' },
    TOKEN_TYPE,
  ),
];

const MAPPED =
  'lambda `test_lambda_aws_proxy_integration_request_data_mapping` `http-proxy-invocation-data-mapping`';
const MAPPED_REQUEST: RawRequest = {
  method: 'POST',
  target: '/dev/mapped/foobar?testVar=bar',
  headers: [JSON_TYPE, ['headerVar', 'request-value']],
  body: '{"message": "hello world"}',
};

const PARAMETER_FACTS = [
  seen('A path parameter is in `pathParameters` under its name.', MAPPED, MAPPED_REQUEST, {
    members: { pathParameters: { pathVariable: 'foobar' } },
  }),
  seen('`resource` has the parameter in braces.', MAPPED, MAPPED_REQUEST, {
    members: { resource: '/mapped/{pathVariable}' },
  }),
  seen('`requestContext.resourcePath` has the parameter in braces.', MAPPED, MAPPED_REQUEST, {
    members: { 'requestContext.resourcePath': '/mapped/{pathVariable}' },
  }),
  seen('A header in camel case keeps it.', MAPPED, MAPPED_REQUEST, {
    members: { 'headers.headerVar': 'request-value' },
  }),
  seen('A query name in camel case keeps it.', MAPPED, MAPPED_REQUEST, {
    members: { queryStringParameters: { testVar: 'bar' } },
  }),
];

/** Validation, API keys and routing. */
export const REQUEST_FACTS: readonly RecordedFact[] = numbered(1501, [
  ...VALIDATION_FACTS,
  ...ROUTING_FACTS,
  ...PARAMETER_FACTS,
]);
