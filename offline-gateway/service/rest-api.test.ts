import { describe, expect, it } from '@jest/globals';
import type { FunctionDefinition, Serverless } from '../framework.ts';
import { makeReporter } from '../report.ts';
import { readSettings } from '../settings.ts';
import { readRestApi } from './rest-api.ts';

/** A service with one function per event list, and two authorizer functions. */
function read(
  events: readonly object[],
  isOpen = false,
  provider: Serverless['service']['provider'] = {},
  functionName = 'handler',
) {
  const said: string[] = [];
  const functions: Record<string, FunctionDefinition> = {
    auth: {},
    other: {},
    handler: { name: functionName, events: events as never },
  };
  const service: Serverless['service'] = {
    service: 'test',
    provider,
    getAllFunctions: () => Object.keys(functions),
    getFunction: (key) => functions[key] ?? {},
  };
  const write = (text: string) => said.push(text);
  const reporter = makeReporter({ notice: write, warning: write });
  return { said, router: readRestApi(service, { settings: readSettings({}), reporter, isOpen }) };
}

const guarded = (authorizer: unknown, more: object = {}) => ({
  http: { method: 'get', path: 'a', authorizer, ...more },
});

describe('what cannot run here stops the start', () => {
  it.each([
    ['AWS_IAM', 'aws_iam'],
    ['an ARN', 'arn:aws:lambda:eu-central-1:123456789012:function:auth'],
    ['an ARN with a name', { name: 'auth', arn: 'arn:aws:lambda:eu-central-1:123456789012:function:auth' }],
    ['authorizerId', { type: 'TOKEN', authorizerId: 'abc' }],
    ['a user pool', { name: 'auth', type: 'COGNITO_USER_POOLS', arn: 'arn:aws:cognito-idp:x' }],
    ['an unknown kind', { name: 'auth', type: 'custom' }],
    ['no name', { type: 'TOKEN' }],
    ['a function that is not there', 'missing'],
    [
      'two identity sources for a TOKEN',
      { name: 'auth', identitySource: 'method.request.header.A, method.request.header.B' },
    ],
    ['an identity source as the console writes it', { name: 'auth', identitySource: 'Authorization' }],
    ['a time to live above an hour', { name: 'auth', resultTtlInSeconds: 3601 }],
    ['an expression JavaScript cannot read', { name: 'auth', identityValidationExpression: '(?<!' }],
    ['a list', ['auth']],
  ])('an authorizer with %s', (_name, authorizer) => {
    expect(() => read([guarded(authorizer)])).toThrow(/^offline-gateway: /);
  });

  it('an authorizer in front of a non-proxy integration', () => {
    expect(() => read([guarded('auth', { integration: 'lambda' })])).toThrow(/must not stay open/);
    expect(() => read([guarded('auth', { async: true })])).toThrow(/must not stay open/);
  });

  it('an authorizer on an httpApi event', () => {
    expect(() => read([{ httpApi: { method: 'get', path: '/a', authorizer: { name: 'x' } } }])).toThrow(
      /httpApi/,
    );
  });
});

const get = (path: string, more: object = {}) => ({ http: { method: 'get', path, ...more } });

describe('what a deployment would refuse stops the start', () => {
  it.each([
    ['names', [get('/users/{id}'), get('/users/{userId}/posts')]],
    ['a greedy one next to a plain one', [get('/users/{id}'), get('/users/{proxy+}')]],
  ])('two path parameters at one place: %s', (_name, events) => {
    expect(() => read(events)).toThrow(
      /a sibling \({id}\) of this resource already has a variable path part -- only one is allowed/,
    );
  });

  it('but not one name twice, nor two names at two places', () => {
    const events = [get('/users/{id}'), get('/users/{id}/posts'), get('/posts/{post}')];
    expect(() => read(events)).not.toThrow();
  });

  it('more than 300 resources', () => {
    const paths = (count: number) => Array.from({ length: count }, (_, at) => get(`/p${at}`));
    expect(() => read(paths(299))).not.toThrow();
    expect(() => read(paths(300))).toThrow(/make 301 resources, and API Gateway allows 300/);
  });

  it('a stage name that is not valid', () => {
    expect(() => read([get('/a')], false, { stage: 'a.b' })).toThrow(/the stage name a\.b is not valid/);
  });

  it('a function name above 64 characters', () => {
    expect(() => read([get('/a')], false, {}, 'f'.repeat(65))).toThrow(/has 65 characters/);
    expect(() => read([get('/a')], false, {}, 'f'.repeat(64))).not.toThrow();
  });
});

describe('what is not emulated stops the start', () => {
  it('response streaming', () => {
    expect(() => read([get('/a', { response: { transferMode: 'stream' } })])).toThrow(
      /transferMode STREAM is not emulated/,
    );
    expect(() => read([get('/a', { response: { transferMode: 'BUFFERED' } })])).not.toThrow();
  });

  it('a resource policy, unless --noAuth opens every route', () => {
    const provider = { apiGateway: { resourcePolicy: [{ Effect: 'Allow' }] } };
    expect(() => read([get('/a')], false, provider)).toThrow(/resourcePolicy is not emulated/);
    expect(() => read([get('/a')], true, provider)).not.toThrow();
  });
});

describe('--noAuth', () => {
  it.each([
    ['AWS_IAM', guarded('aws_iam')],
    ['an ARN', guarded('arn:aws:lambda:eu-central-1:123456789012:function:auth')],
    ['a user pool', guarded({ name: 'auth', type: 'COGNITO_USER_POOLS', arn: 'arn:aws:cognito-idp:x' })],
    ['a function that is not there', guarded('missing')],
    ['a non-proxy integration', guarded('auth', { integration: 'lambda' })],
    ['an httpApi event', { httpApi: { method: 'get', path: '/a', authorizer: { name: 'x' } } }],
  ])('starts with %s, which stops the start without it', (_name, event) => {
    expect(() => read([event])).toThrow(/use --noAuth.* stands in for it locally/);
    expect(() => read([event], true)).not.toThrow();
  });
});

describe('timeoutInMillis', () => {
  const timeout = (event: object, provider = {}) =>
    read([event], false, provider).router.find('GET', '/a')?.target;

  it('is that of the event, else that of the provider', () => {
    const provider = { apiGateway: { timeoutInMillis: 2_000 } };
    expect(timeout(get('/a', { timeoutInMillis: 500 }), provider)).toMatchObject({ timeoutMs: 500 });
    expect(timeout(get('/a'), provider)).toMatchObject({ timeoutMs: 2_000 });
    expect(timeout(get('/a'))).toMatchObject({ timeoutMs: undefined });
  });

  it('above 29 s is a warning', () => {
    expect(read([get('/a', { timeoutInMillis: 30_000 })]).said).toEqual([
      expect.stringContaining('until the quota of the account is raised'),
    ]);
  });
});

describe('reading http events', () => {
  it('takes the short form, and a path with or without slashes', () => {
    const { router } = read([{ http: 'GET /a/b/' }, { http: { method: '*', path: 'c' } }]);
    expect(router.find('GET', '/a/b')?.template).toBe('/a/b');
    expect(router.find('DELETE', '/c')?.target).toMatchObject({ kind: 'proxy', functionKey: 'handler' });
  });

  it('leaves non-proxy integrations without authorizer to serverless-offline', () => {
    const { router } = read([{ http: { method: 'get', path: 'a', integration: 'http-proxy' } }]);
    expect(router.find('GET', '/a')?.target.kind).toBe('stock');
  });

  it('opens every route with --noAuth', () => {
    const { router } = read([guarded('auth', { private: true })], true);
    expect(router.find('GET', '/a')?.target).toMatchObject({ authorizer: undefined, needsApiKey: false });
  });

  it('lets an OPTIONS method of the service replace the one of cors', () => {
    const { router } = read([
      { http: { method: 'options', path: 'a' } },
      { http: { method: 'get', path: 'a', cors: true } },
    ]);
    expect(router.find('OPTIONS', '/a')?.target.kind).toBe('proxy');
  });

  it('merges the settings of one authorizer name, the last one wins, with a warning', () => {
    const { router, said } = read([
      guarded({ name: 'auth', resultTtlInSeconds: 60 }),
      { http: { method: 'put', path: 'a', authorizer: { name: 'auth', resultTtlInSeconds: 0 } } },
    ]);
    expect(router.find('GET', '/a')?.target).toMatchObject({ authorizer: { ttlMs: 0 } });
    expect(said).toEqual([expect.stringContaining('two values of resultTtlInSeconds')]);
  });

  it('gives an authorizer 300 s, whichever way it is written', () => {
    const { router } = read([
      guarded('auth'),
      { http: { method: 'put', path: 'a', authorizer: { name: 'other' } } },
    ]);
    for (const method of ['GET', 'PUT']) {
      expect(router.find(method, '/a')?.target).toMatchObject({ authorizer: { ttlMs: 300_000 } });
    }
  });
});
