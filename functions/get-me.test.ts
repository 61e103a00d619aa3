import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { NOW_MS } from '../support/api-event.ts';
import { recordLines } from '../support/logs.ts';
import { hmacSigner, ISSUER, mint, NOW_S, SECRET } from '../support/tokens.ts';
import { makeFindCaller } from './http/optional-caller.ts';

const ENV = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };

function apiWith(env: Record<string, string> = ENV) {
  const { log } = recordLines();
  return makeApi({ findCaller: makeFindCaller(env, { log, now: () => NOW_MS }) });
}

describe('getMe', () => {
  it('says who the token is about, verified in the function itself', async () => {
    const token = mint(hmacSigner());
    const { status, headers, json } = await apiWith().call('getMe', {
      headers: { authorization: `bearer ${token}` },
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      user: {
        userId: 'user-1',
        email: 'ann@example.com',
        emailVerified: true,
        name: 'Ann Žluťoučká',
        issuedAt: new Date((NOW_S - 60) * 1000).toISOString(),
        expiresAt: new Date((NOW_S + 840) * 1000).toISOString(),
      },
    });
    expect(headers).toMatchObject({ Vary: 'Authorization', 'Cache-Control': 'no-store' });
  });

  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty header', { Authorization: '' }],
    ['another scheme', { Authorization: 'Basic YTpi' }],
    ['rubbish', { Authorization: 'Bearer x' }],
    ['an expired token', { Authorization: `Bearer ${mint(hmacSigner(), { claims: { exp: NOW_S } })}` }],
    ['another secret', { Authorization: `Bearer ${mint(hmacSigner('x'.repeat(32)))}` }],
  ])('answers no user, and never 401, to %s', async (_name, headers) => {
    const { status, json } = await apiWith().call('getMe', { headers });
    expect({ status, json }).toEqual({ status: 200, json: { user: null } });
  });

  it.each([
    ['no scope', '', ['userId', 'issuedAt', 'expiresAt']],
    ['scopes of tasks alone', 'tasks:read tasks:write', ['userId', 'issuedAt', 'expiresAt']],
    ['email', 'email', ['userId', 'email', 'emailVerified', 'issuedAt', 'expiresAt']],
    ['profile', 'openid profile', ['userId', 'name', 'issuedAt', 'expiresAt']],
    ['both', 'profile email', ['userId', 'email', 'emailVerified', 'name', 'issuedAt', 'expiresAt']],
    ['scopes that resemble them', 'emails my:profile', ['userId', 'issuedAt', 'expiresAt']],
  ])('shows a client with %s what its scopes allow', async (_name, scope, members) => {
    const token = mint(hmacSigner(), { claims: { client_id: 'c', azp: 'c', scope } });
    const { json } = await apiWith().call<{ user: object }>('getMe', {
      headers: { authorization: `bearer ${token}` },
    });
    expect(Object.keys(json.user).sort()).toEqual(members.toSorted());
  });

  it('leaves out whether the address is verified when the token does not say, and claims always', async () => {
    const token = mint(hmacSigner(), { claims: { emailVerified: undefined, role: 'admin' } });
    const { json } = await apiWith({ ...ENV, TOKEN_CLAIMS: 'role' }).call<{ user: object }>('getMe', {
      headers: { authorization: `bearer ${token}` },
    });
    expect(Object.keys(json.user)).not.toContain('emailVerified');
    expect(Object.keys(json.user)).not.toContain('claims');
  });

  it('answers 503 when it cannot be decided, because "no user" would sign the user out', async () => {
    const unavailable = Object.assign(new Error('away'), { code: 'keys_unavailable', kind: 'unavailable' });
    const { call } = makeApi({ findCaller: () => Promise.reject(unavailable) });
    expect((await call('getMe', { headers: { Authorization: 'Bearer a.b.c' } })).status).toBe(503);
  });

  it('ignores what an authorizer context would say', async () => {
    const { json } = await apiWith().call('getMe', { caller: 'bob' });
    expect(json).toEqual({ user: null });
  });
});
