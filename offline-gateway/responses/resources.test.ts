import { describe, expect, it } from '@jest/globals';
import { makeReporter } from '../report.ts';
import { describeApi, resolveFor } from '../service/api-address.ts';
import { makeResolve } from '../service/cloudformation.ts';
import { readSettings } from '../settings.ts';
import { renderGatewayError } from './render.ts';
import { readCustomizations } from './resources.ts';
import { BAD_INTEGRATION, gatewayError } from './types.ts';

const SCOPE = {
  context: (name: string) => `c-${name}`,
  authorizer: () => 'line\r\nbreak',
  error: () => undefined,
  stageVariable: () => undefined,
  request: () => undefined,
};

function read(...responses: readonly object[]) {
  const said: string[] = [];
  const reporter = makeReporter({ notice: () => undefined, warning: (text) => said.push(text) });
  const resources = Object.fromEntries(
    responses.map((Properties, at) => [`R${at}`, { Type: 'AWS::ApiGateway::GatewayResponse', Properties }]),
  );
  const resolve = makeResolve({ 'AWS::Region': 'eu-central-1' });
  const customizations = readCustomizations(resources, { resolve, reporter, escapeTemplateValues: false });
  const render = (...error: Parameters<typeof gatewayError>) =>
    renderGatewayError(gatewayError(...error), customizations, { scope: SCOPE, reporter });
  return { said, customizations, reporter, render };
}

const header = (value: unknown, name = 'gatewayresponse.header.X-Test') => ({
  ResponseType: 'UNAUTHORIZED',
  ResponseParameters: { [name]: value },
});

describe('a gateway response resource is refused', () => {
  it.each([
    ['with an unknown type', { ResponseType: 'UNAUTHORISED' }],
    ['without a type', {}],
    ['with a status that is not valid', { ResponseType: 'UNAUTHORIZED', StatusCode: '4xx' }],
    ['with a method.response header', header("'x'", 'method.response.header.X')],
    ['with a value without quotes', header('x')],
    ['with an unknown reference', header('context.nothing')],
    ['with a value only a deployment knows', header({ 'Fn::GetAtt': ['Table', 'Arn'] })],
    ['with a reference to another resource', header({ 'Fn::Sub': `'\${Table}'` })],
    [
      'with a template that cannot be rendered',
      { ResponseType: 'THROTTLED', ResponseTemplates: { 'application/json': '$x' } },
    ],
  ])('%s', (_name, properties) => {
    expect(() => read(properties)).toThrow(/^offline-gateway: R0/);
  });

  it('when another one has its type', () => {
    expect(() => read({ ResponseType: 'THROTTLED' }, { ResponseType: 'THROTTLED' })).toThrow(
      /two gateway responses/,
    );
  });
});

describe('rendering', () => {
  it('without any resource is what AWS has built in', () => {
    const { render } = read();
    expect(render('UNAUTHORIZED')).toEqual({
      status: 401,
      headers: [
        ['Content-Type', 'application/json'],
        ['x-amzn-ErrorType', 'UnauthorizedException'],
      ],
      body: '{"message":"Unauthorized"}',
    });
  });

  it.each([
    ['ACCESS_DENIED', '{"Message":"User is not authorized to access this resource"}'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '{"message":null}'],
    ['INTEGRATION_TIMEOUT', '{"message": "Endpoint request timed out"}'],
  ] as const)('%s has its recorded body', (type, body) => {
    expect(read().render(type).body).toBe(body);
  });

  it('takes the default of the class of the status, its StatusCode too', () => {
    const { render, customizations, reporter } = read(
      { ResponseType: 'DEFAULT_4XX', StatusCode: '418' },
      { ResponseType: 'DEFAULT_5XX', ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" } },
    );
    expect(render('UNAUTHORIZED').status).toBe(418);
    expect(render('INTEGRATION_TIMEOUT')).toMatchObject({
      status: 504,
      headers: expect.arrayContaining([['Retry-After', '1']]),
    });
    const bad = renderGatewayError(BAD_INTEGRATION, customizations, { scope: SCOPE, reporter });
    expect([bad.status, bad.body]).toEqual([502, '{"message": "Internal server error"}']);
    expect(bad.headers).toContainEqual(['Retry-After', '1']);
  });

  it('leaves REQUEST_TOO_LARGE alone, as AWS does, and says so', () => {
    const { render, said } = read(
      { ResponseType: 'REQUEST_TOO_LARGE', StatusCode: '400' },
      { ResponseType: 'DEFAULT_4XX', StatusCode: '418' },
    );
    expect(render('REQUEST_TOO_LARGE').status).toBe(413);
    expect(said).toEqual([expect.stringContaining('does not support customizing')]);
  });

  it('warns of context in a header, which is not confirmed, and keeps it on one line', () => {
    const { render, said } = read(header('context.authorizer.challenge'));
    expect(render('UNAUTHORIZED').headers).toContainEqual(['X-Test', 'line break']);
    expect(said).toEqual([expect.stringContaining('not confirmed on AWS')]);
  });

  it('sends no header for a request parameter that is not there', () => {
    const { render } = read(header('method.request.header.Origin'));
    expect(render('UNAUTHORIZED').headers.map(([name]) => name)).not.toContain('X-Test');
  });

  it('lets a header replace the content type and the error type', () => {
    const { render } = read(header("'application/problem+json'", 'gatewayresponse.header.content-type'));
    expect(render('UNAUTHORIZED').headers[0]).toEqual(['content-type', 'application/problem+json']);
  });

  it('leaves the responses of another REST API alone, and says so', () => {
    const { render, said } = read({
      ResponseType: 'THROTTLED',
      StatusCode: '418',
      RestApiId: { Ref: 'OtherApi' },
    });
    expect(render('THROTTLED').status).toBe(429);
    expect(said).toEqual([expect.stringContaining('another REST API')]);
  });

  it('prefers application/json of several templates, and resolves CloudFormation', () => {
    const { render } = read({
      ResponseType: 'THROTTLED',
      ResponseTemplates: {
        'text/plain': 'no',
        'application/json': { 'Fn::Sub': `{"region":"\${AWS::Region}","stage":"$context.stage"}` },
      },
    });
    expect(render('THROTTLED').body).toBe('{"region":"eu-central-1","stage":"c-stage"}');
  });
});

it('a CloudFormation parameter is its default', () => {
  const service = {
    service: 'test',
    provider: {},
    resources: { Parameters: { Origin: { Default: 'https://page.test' }, Secret: {} } },
    getAllFunctions: () => [],
    getFunction: () => ({}),
  };
  const resolve = resolveFor(service, describeApi(service, {}, readSettings({})));
  expect(resolve({ 'Fn::Join': ['', ["'", { Ref: 'Origin' }, "'"]] }, 'here')).toBe("'https://page.test'");
  expect(() => resolve({ Ref: 'Secret' }, 'here')).toThrow(/only a deployment knows/);
});
