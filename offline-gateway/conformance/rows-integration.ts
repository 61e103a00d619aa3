import type { WireReply } from './client.ts';
import {
  type Ask,
  assert,
  contextOf,
  eventOf,
  expectError,
  expectReply,
  fixed,
  type Row,
  requireRecord,
} from './row.ts';

const BAD_REPLY = '{"message": "Internal server error"}';

/** I1–I14: the Lambda proxy event, its reply, and routing. */
export const INTEGRATION_ROWS: readonly Row[] = [
  fixed('I1', 'headers that belong to the gateway are remapped', async (ask) => {
    const headers = {
      'WWW-Authenticate': 'Bearer',
      Server: 'mine',
      Date: 'never',
      Authorization: 'x',
      Via: 'y',
    };
    const reply = await answer(ask, { statusCode: 401, headers });
    assert.deepEqual(reply.header('WWW-Authenticate'), []);
    for (const [name, value] of Object.entries(headers).slice(0, 4)) {
      assert.deepEqual(reply.header(`x-amzn-Remapped-${name}`), [value]);
    }
    assert.deepEqual(reply.header('Via'), []);
  }),
  fixed('I2', 'a function that throws is 502 with a body, whatever its message says', async (ask) => {
    for (const message of ['broken', '[409] conflict']) {
      const reply = await ask('/reply', { method: 'POST', body: JSON.stringify({ throw: message }) });
      expectError(reply, 502, 'InternalServerErrorException', BAD_REPLY);
    }
  }),
  fixed('I3', 'a malformed proxy reply is 502', async (ask) => {
    for (const reply of [{ foo: 1 }, { statusCode: 200, extra: 1 }, 'just', null, { statusCode: 'test' }]) {
      expectReply(await answer(ask, reply), 502, BAD_REPLY);
    }
    expectReply(await answer(ask, { statusCode: 200, body: { not: 'text' } }), 502, BAD_REPLY);
    expectReply(await answer(ask, { statusCode: '201', headers: null, body: 'made' }), 201, 'made');
  }),
  fixed('I4', 'a function’s own timeout is 502, the gateway’s is 504', async (ask) => {
    expectReply(await ask('/slow'), 502, BAD_REPLY);
    expectReply(await ask('/slower'), 504, '{"message": "Endpoint request timed out"}');
  }),
  fixed('I5', 'several values of a header are several lines, cookies untouched', async (ask) => {
    const cookies = ['a=1; HttpOnly; Path=/', 'a=2; Max-Age=5'];
    const multiValueHeaders = { 'X-Multi': ['1', '2'], 'Set-Cookie': cookies };
    const reply = await answer(ask, { statusCode: 200, multiValueHeaders });
    assert.deepEqual([reply.header('X-Multi'), reply.header('Set-Cookie')], [['1', '2'], cookies]);
  }),
  fixed('I6', 'no charset is added to the content type', async (ask) => {
    const reply = await answer(ask, { statusCode: 200, body: '{}' });
    assert.deepEqual(reply.header('Content-Type'), ['application/json']);
    const html = await answer(ask, { statusCode: 200, headers: { 'content-type': 'text/html' }, body: '' });
    assert.deepEqual(html.header('Content-Type'), ['text/html']);
  }),
  fixed('I7', 'requestContext.path has the stage, resourcePath is the template', async (ask) => {
    const context = contextOf(await ask('/open/7'));
    assert.deepEqual([context['path'], context['resourcePath']], ['/dev/open/7', '/open/{id}']);
    assert.equal(contextOf(await ask('/greedy/a/b'))['resourcePath'], '/greedy/{proxy+}');
  }),
  fixed('I8', 'identity is null where AWS has nothing to say', async (ask) => {
    const context = contextOf(await ask('/open', { headers: [['User-Agent', 'table']] }));
    const { sourceIp, userAgent, ...rest } = requireRecord(context['identity']);
    assert.deepEqual([sourceIp, userAgent], ['127.0.0.1', 'table']);
    assert.deepEqual([...new Set(Object.values(rest))], [null]);
    assert.equal('operationName' in context, false);
    assert.doesNotMatch(JSON.stringify(context), /offlineContext/);
  }),
  fixed('I9', 'a trailing slash stays in path and does not change the route', async (ask) => {
    const event = eventOf(await ask('/open/7/'));
    assert.deepEqual([event['path'], event['pathParameters']], ['/open/7/', { id: '7' }]);
  }),
  fixed('I10', 'path parameters are as sent', async (ask) => {
    const event = eventOf(await ask('/open/a%2Fb%2Bc'));
    assert.deepEqual([event['path'], event['pathParameters']], ['/open/a%2Fb%2Bc', { id: 'a%2Fb%2Bc' }]);
  }),
  fixed('I11', 'HEAD is a method of its own', async (ask) => {
    assert.equal((await ask('/open', { method: 'HEAD' })).status, 403);
    assert.equal((await ask('/headed', { method: 'HEAD' })).status, 200);
  }),
  fixed('I12', 'OPTIONS is the MOCK method’s static answer, or 403 without cors', async (ask) => {
    const headers = [
      ['Origin', 'https://page.test'],
      ['Access-Control-Request-Method', 'GET'],
    ] as const;
    const reply = await ask('/shared', { method: 'OPTIONS', headers });
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.header('Access-Control-Allow-Origin'), ['*']);
    assert.deepEqual(reply.header('Access-Control-Allow-Methods'), ['OPTIONS,GET']);
    assert.deepEqual(reply.header('Access-Control-Max-Age'), []);
    assert.equal((await ask('/open', { method: 'OPTIONS', headers })).status, 403);
  }),
  fixed('I13', 'headers that AWS drops do not arrive, and none is made up', async (ask) => {
    const headers = [
      ['Connection', 'close'],
      ['TE', 'trailers'],
      ['x-kept', '1'],
      ['authorization', 'x'],
    ] as const;
    const event = eventOf(await ask('/open', { method: 'POST', headers, body: 'text' }));
    const names = Object.keys(requireRecord(event['headers'])).filter(
      (name) => !/^x-(amzn|forwarded)/i.test(name),
    );
    assert.deepEqual(names.toSorted(), ['Authorization', 'Host', 'x-kept']);
    assert.equal(event['body'], 'text');
  }),
  fixed(
    'I14',
    'an open method’s event has no authorizer',
    async (ask) => {
      assert.equal('authorizer' in contextOf(await ask('/open')), false);
    },
    'open routes',
  ),
];

/** Has the function answer exactly this. */
function answer(ask: Ask, reply: unknown): Promise<WireReply> {
  return ask('/reply', { method: 'POST', body: JSON.stringify({ reply }) });
}
