import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { methodArn } from '../authorizer/events.ts';
import type { OfflineOptions } from '../framework.ts';
import { describeApi } from '../service/api-address.ts';
import { readSettings } from '../settings.ts';
import { openExchange } from './exchange.ts';

function open(url: string, options: OfflineOptions = {}, headers: object = {}) {
  const service = { service: 'tasks', provider: { stage: 'dev', region: 'eu-central-1' } };
  const settings = readSettings({});
  const api = describeApi(service as never, options, settings);
  const req = { url, method: 'GET', headers, rawHeaders: [], socket: { remoteAddress: '::ffff:127.0.0.1' } };
  const exchange = openExchange(req as unknown as IncomingMessage, api);
  return { ...exchange, arnEnd: methodArn(exchange, settings).split(':').at(-1)?.slice(10) };
}

describe('the path of a request', () => {
  it.each([
    ['/dev/developers/7', {}, '/developers/7', '/dev/GET/developers/7'],
    ['/dev/', {}, '/', '/dev/GET/'],
    ['//dev/p', {}, '/p', '/dev/GET/p'],
    ['/dev//p/1?a=/b', {}, '/p/1', '/dev/GET/p/1'],
    ['/developers/7', { noPrependStageInUrl: true }, '/developers/7', '/dev/GET/developers/7'],
    ['/v1/dev/p', { prefix: 'v1' }, '/p', '/dev/GET/p'],
    ['/v1/p', { prefix: 'v1', noPrependStageInUrl: true }, '/p', '/dev/GET/p'],
    ['/prod/p', { stage: 'prod' }, '/p', '/prod/GET/p'],
    ['http://elsewhere.test/dev/p?x', {}, '/p', '/dev/GET/p'],
  ])('%s with %o is %s', (url, options, path, arnEnd) => {
    expect(open(url, options)).toMatchObject({ path, arnEnd });
  });

  it.each(['/dev', '/developers', '/', '/prod/p', ''])('%s is outside the stage', (url) => {
    expect(open(url).path).toBe('');
  });
});

it('several slashes before the stage are one, and those after it stay in requestContext.path', () => {
  expect(open('///dev//p').contextPath).toBe('/dev//p');
  expect(open('//p', { noPrependStageInUrl: true }).contextPath).toBe('//p');
});

it('an exchange has the client’s address, and ids as AWS forms them', () => {
  const { sourceIp, requestId, extendedRequestId, api } = open('/dev/p');
  expect(sourceIp).toBe('127.0.0.1');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(extendedRequestId).toMatch(/^[\w-]{15}=$/);
  expect(api.apiId).toMatch(/^[a-z0-9]{10}$/);
});

it('X-HTTP-Method-Override chooses the method, as API Gateway lets it', () => {
  expect(open('/dev/p', {}, { 'x-http-method-override': 'patch' }).method).toBe('PATCH');
});
