import type { IncomingMessage } from 'node:http';
import { expect, it } from '@jest/globals';
import { openExchange } from '../exchange/exchange.ts';
import { describeApi } from '../service/api-address.ts';
import { readSettings } from '../settings.ts';
import { referenceScope } from './scope.ts';
import { gatewayError } from './types.ts';

it.each([
  ['stage', 'dev'],
  ['httpMethod', 'GET'],
  ['identity.sourceIp', '127.0.0.1'],
  ['identity.userAgent', 'test'],
  ['identity.user', undefined],
  ['identity', undefined],
  ['nothing', undefined],
  ['nothing.else', undefined],
])('$context.%s in a gateway response is %j', (name, value) => {
  const service = { service: 'tasks', provider: { stage: 'dev', region: 'eu-central-1' } };
  const api = describeApi(service as never, {}, readSettings({}));
  const headers = { 'user-agent': 'test' };
  const req = {
    url: '/dev/p',
    method: 'GET',
    headers,
    rawHeaders: ['User-Agent', 'test'],
    socket: { remoteAddress: '127.0.0.1' },
  };
  const exchange = openExchange(req as unknown as IncomingMessage, api);
  expect(referenceScope(exchange, gatewayError('UNAUTHORIZED')).context(name)).toBe(value);
});
