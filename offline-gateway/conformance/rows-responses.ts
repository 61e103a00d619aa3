import { assert, expectError, expectReply, fixed, type Row } from './row.ts';

const MISSING = [
  403,
  'MissingAuthenticationTokenException',
  '{"message":"Missing Authentication Token"}',
] as const;
const ORIGIN = ['Origin', 'https://page.test'] as const;
const JSON_TYPE = ['Content-Type', 'application/json'] as const;

/** G1–G8: what the gateway says in its own name. */
export const RESPONSE_ROWS: readonly Row[] = [
  fixed('G1', 'an AWS::ApiGateway::GatewayResponse of serverless.yml is applied', async (ask) => {
    const reply = await ask('/validated?needed=1', {
      method: 'POST',
      headers: [JSON_TYPE, ORIGIN],
      body: '{}',
    });
    expectReply(reply, 422, '{"said":"Invalid request body","type":"BAD_REQUEST_BODY","stage":"dev"}');
    assert.deepEqual(reply.header('X-Asked'), [ORIGIN[1]]);
    assert.deepEqual(reply.header('X-Literal'), ['yes']);
  }),
  fixed('G2', 'an error has the gateway’s headers and no others', async (ask) => {
    const reply = await ask('/p/1');
    assert.deepEqual(reply.header('content-type'), ['application/json']);
    assert.deepEqual([...reply.header('cache-control'), ...reply.header('vary')], []);
    assert.match(reply.header('x-amzn-RequestId')[0] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(reply.header('x-amz-apigw-id').length, 1);
  }),
  fixed('G3', 'no CORS header that was not configured', async (ask) => {
    for (const path of ['/p/1', '/open']) {
      const reply = await ask(path, { headers: [ORIGIN] });
      assert.deepEqual(reply.header('access-control-allow-origin'), []);
      assert.deepEqual(reply.header('access-control-allow-credentials'), []);
    }
  }),
  fixed('G4', 'an unknown path and an unknown method are 403', async (ask) => {
    expectError(await ask('/nowhere'), ...MISSING);
    expectError(await ask('/open', { method: 'DELETE' }), ...MISSING);
  }),
  fixed('G5', 'request validation answers in the gateway’s words', async (ask) => {
    const reply = await ask('/validated', { method: 'POST', headers: [JSON_TYPE], body: '{"name":"x"}' });
    const body = '{"message":"Missing required request parameters: [needed]"}';
    expectError(reply, 400, 'BadRequestException', body);
    const invalid = await ask('/validated?needed=1', {
      method: 'POST',
      headers: [JSON_TYPE],
      body: '{"name":1}',
    });
    assert.match(invalid.body, /"Invalid request body"/);
  }),
  fixed('G6', 'a body above 10 MB is 413 Request Too Long', async (ask) => {
    const reply = await ask('/open', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') });
    expectError(reply, 413, 'RequestTooLargeException', '{"message":"Request Too Long"}');
  }),
  fixed('G7', 'a malformed Cookie is the function’s business', async (ask) => {
    assert.equal((await ask('/open', { headers: [['Cookie', 'a="b; c d=;;']] })).status, 200);
  }),
  fixed('G8', 'INVALID_API_KEY can be customized', async (ask) => {
    expectReply(await ask('/private'), 456, '{"key":"Forbidden"}');
    assert.equal((await ask('/private', { headers: [['x-api-key', 'known-key-0123456789']] })).status, 200);
  }),
];
