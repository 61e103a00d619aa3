import assert from 'node:assert/strict';
import { EXAMPLE } from '../../support/resources.ts';
import { inGroup } from '../check.ts';
import { fillPath, PROTECTED_OPERATIONS } from '../documented-operations.ts';
import { requireProblem, requireStatus } from '../session.ts';

const { anyone } = inGroup('unauthenticated');
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

const refusals = PROTECTED_OPERATIONS.map(({ path, method, operation }) =>
  anyone(`${operation.operationId} without a token is 401 missing_token`, async ({ anonymous }) => {
    const reply = await anonymous.send(method.toUpperCase(), fillPath(path, UNKNOWN_ID));
    requireProblem(reply, 401, 'missing_token');
    const challenge = reply.headers.get('WWW-Authenticate') ?? '';
    assert.match(challenge, /^Bearer realm="/, 'WWW-Authenticate asks for a bearer token');
    assert.doesNotMatch(challenge, /error=/, 'nothing was sent that could be wrong (RFC 6750 §3.1)');
  }),
);

export const UNAUTHENTICATED_CHECKS = [
  ...refusals,

  anyone('a token in the query or a cookie does not count', async ({ anonymous }) => {
    const cookie = 'better-auth.session_token=abc; token=abc';
    requireProblem(
      await anonymous.get(`${EXAMPLE.path}?access_token=abc&token=abc`, { cookie }),
      401,
      'missing_token',
    );
  }),

  anyone('getMe without a token knows anonymous', async ({ anonymous }) => {
    const reply = requireStatus(await anonymous.get('/api/me'), 200);
    assert.deepEqual(reply.body, { user: null });
  }),
];
