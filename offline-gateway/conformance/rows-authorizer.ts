import {
  assert,
  authorizerEventOf,
  authorizerOf,
  bearer,
  eventOf,
  expectError,
  fixed,
  type Row,
  requireRecord,
} from './row.ts';

const UNAUTHORIZED = [401, 'UnauthorizedException', '{"message":"Unauthorized"}'] as const;
const MISCONFIGURED = [500, 'AuthorizerConfigurationException', '{"message":null}'] as const;
/** A token of a shape serverless-offline decodes: `alg: none`, no signature, and claims that are not verified. */
const FORGED = [{ alg: 'none' }, { sub: 'admin', scope: 'all' }, '']
  .map((part) => (part === '' ? '' : Buffer.from(JSON.stringify(part)).toString('base64url')))
  .join('.');
const OVERRIDE = ['sls-offline-authorizer-override', '{"userId":"admin"}'] as const;

/** A1–A15 and A21–A28: what the authorizer is told, and what becomes of its answer. */
export const AUTHORIZER_ROWS: readonly Row[] = [
  fixed('A1', 'a TOKEN authorizer gets three members and nothing else', async (ask) => {
    const event = authorizerEventOf(await ask('/p/1', bearer('allow')));
    assert.deepEqual(Object.keys(event).toSorted(), ['authorizationToken', 'methodArn', 'type']);
    assert.equal(event['authorizationToken'], 'Bearer allow');
  }),
  fixed('A2', 'methodArn has the path of the request, not the template', async (ask) => {
    const plain = authorizerEventOf(await ask('/p/a%2Fb', bearer('allow')));
    const greedy = authorizerEventOf(await ask('/g/x/y', bearer('allow')));
    assert.match(String(plain['methodArn']), /\/dev\/GET\/p\/a%2Fb$/);
    assert.match(String(greedy['methodArn']), /\/dev\/GET\/g\/x\/y$/);
  }),
  fixed('A3', 'methodArn of the root ends in a slash, which …/dev/*/* covers', async (ask) => {
    const event = authorizerEventOf(await ask('/', bearer('stage')));
    assert.match(String(event['methodArn']), /\/dev\/GET\/$/);
  }),
  fixed(
    'A4',
    'a path that begins like the stage stays whole',
    async (ask) => {
      const reply = await ask('/developers/7', bearer('allow'));
      assert.match(String(authorizerEventOf(reply)['methodArn']), /\/dev\/GET\/developers\/7$/);
      assert.equal(eventOf(reply)['resource'], '/developers/{id}');
    },
    'without stage',
  ),
  fixed('A5', 'account and API ids look like ids', async (ask) => {
    const { methodArn } = authorizerEventOf(await ask('/p/1', bearer('allow')));
    assert.match(String(methodArn), /^arn:aws:execute-api:eu-central-1:\d{12}:[a-z0-9]{10}\/dev\/GET\//);
  }),
  fixed('A6', 'a missing header is 401 with the gateway’s own body', async (ask) => {
    expectError(await ask('/p/1'), ...UNAUTHORIZED);
  }),
  fixed('A7', 'an empty header is 401 and the function is not called', async (ask) => {
    expectError(await ask('/p/1', { headers: [['Authorization', '']] }), ...UNAUTHORIZED);
  }),
  fixed('A8', 'a header that fails identityValidationExpression is 401 without a call', async (ask) => {
    expectError(await ask('/expression', bearer('12345')), ...UNAUTHORIZED);
    assert.equal((await ask('/expression', bearer('allow'))).status, 200);
  }),
  fixed('A9', 'identityValidationExpression has to match the whole header', async (ask) => {
    expectError(
      await ask('/expression', { headers: [['Authorization', 'x Bearer allow 1']] }),
      ...UNAUTHORIZED,
    );
  }),
  fixed('A10', 'any failure but the message Unauthorized is 500 {"message":null}', async (ask) => {
    expectError(await ask('/p/1', bearer('throw-unauthorized')), ...UNAUTHORIZED);
    for (const token of ['throw-other', 'no-policy', 'return-null']) {
      expectError(await ask('/p/1', bearer(token)), ...MISCONFIGURED);
    }
    expectError(await ask('/hanging', bearer('hang')), ...MISCONFIGURED);
  }),
  fixed('A11', 'callback("Error: …") is 500, callback("Unauthorized") is 401', async (ask) => {
    expectError(await ask('/p/1', bearer('callback-error')), ...MISCONFIGURED);
    expectError(await ask('/p/1', bearer('callback-unauthorized')), ...UNAUTHORIZED);
  }),
  {
    id: 'A12',
    title: 'an authorizer that returns the string "Unauthorized" is 500',
    state: 'out of scope',
    reason:
      'serverless-offline’s runner turns callback("Unauthorized") into the same returned string, and the 401 of that documented form matters more',
    configuration: 'default',
    check: async (ask) => expectError(await ask('/p/1', bearer('return-unauthorized')), ...MISCONFIGURED),
  },
  {
    ...fixed('A13', 'an answer without principalId is accepted, with a warning', async (ask) => {
      const authorizer = authorizerOf(await ask('/p/1', bearer('no-principal')));
      assert.equal('principalId' in authorizer, false);
    }),
    state: 'optional',
    reason: 'AWS’ page and observations disagree: custom.offlineGateway.strictPrincipalId makes it a 500',
  },
  fixed('A14', 'an explicit and an implicit denial have messages of their own', async (ask) => {
    const denied = 'User is not authorized to access this resource';
    const [type, explicit] = ['AccessDeniedException', `{"Message":"${denied} with an explicit deny"}`];
    expectError(await ask('/p/1', bearer('deny')), 403, type, explicit);
    expectError(await ask('/p/1', bearer('nothing')), 403, type, `{"Message":"${denied}"}`);
  }),
  fixed('A15', 'a nested context value is 500, null is accepted, the rest is text', async (ask) => {
    expectError(await ask('/p/1', bearer('nested')), ...MISCONFIGURED);
    const { str, num, bool, none } = authorizerOf(await ask('/p/1', bearer('with-null')));
    assert.deepEqual({ str, num, bool, none }, { str: 'hello', num: '123', bool: 'true', none: null });
  }),
  fixed(
    'A21',
    'a result is cached per token: one call, and a narrow policy denies the next route',
    async (ask) => {
      const token = `stage-${Date.now()}`;
      const calls = [await ask('/cached/a', bearer(token)), await ask('/cached/b', bearer(token))].map(
        (reply) => authorizerOf(reply)['calls'],
      );
      assert.equal(calls[0], calls[1]);
      const narrow = `narrow-${Date.now()}`;
      assert.equal((await ask('/cached/a', bearer(narrow))).status, 200);
      assert.equal((await ask('/cached/b', bearer(narrow))).status, 403);
    },
  ),
  fixed('A22', 'claims of an unverified token do not reach the function', async (ask) => {
    const authorizer = authorizerOf(await ask('/p/1', bearer(FORGED)));
    assert.deepEqual([authorizer['claims'], authorizer['scopes']], [undefined, undefined]);
  }),
  fixed('A23', 'no request header replaces the authorizer’s answer', async (ask) => {
    const open = requireRecord(eventOf(await ask('/open', { headers: [OVERRIDE] }))['requestContext']);
    assert.equal('authorizer' in open, false);
    const guarded = await ask('/p/1', { headers: [['Authorization', 'Bearer allow'], OVERRIDE] });
    assert.equal(authorizerOf(guarded)['principalId'], 'user-1');
  }),
  fixed('A24', 'the event has principalId, and integrationLatency as a number', async (ask) => {
    const authorizer = authorizerOf(await ask('/p/1', bearer('allow')));
    assert.equal(authorizer['principalId'], 'user-1');
    assert.equal(typeof authorizer['integrationLatency'], 'number');
  }),
  fixed('A25', 'type: REQUEST is a REQUEST authorizer in capitals too', async (ask) => {
    const event = authorizerEventOf(await ask('/request', bearer('allow')));
    assert.equal(event['type'], 'REQUEST');
  }),
  refused('A26', 'a TOKEN authorizer that reads a query string is refused at start', {
    configuration: 'refused/querystring',
    refusal: /identitySource of the TOKEN authorizer auth must be/,
  }),
  refused('A27', 'an authorizer that cannot run here is refused at start, not left open', {
    configuration: 'refused/iam',
    refusal: /GET \/guarded: an authorizer of kind AWS_IAM cannot run here, and its route must not stay open/,
  }),
  fixed(
    'A28',
    '--noAuth leaves no authorizer in the event',
    async (ask) => {
      const context = requireRecord(eventOf(await ask('/p/1'))['requestContext']);
      assert.equal('authorizer' in context, false);
    },
    'no auth',
  ),
];

/** Asked only of a service that did start. */
function refused(id: string, title: string, expected: Pick<Row, 'configuration' | 'refusal'>): Row {
  return { ...fixed(id, title, async () => assert.fail('the service started')), ...expected };
}
