import { describe, expect, it } from '@jest/globals';
import type { Identity } from '../../common/identity.ts';
import { requireScope, withinScopes } from './scope.ts';

const user: Identity = {
  userId: 'user-1',
  expiresAt: 2_000_000_000,
  email: 'ada@example.com',
  emailVerified: false,
  name: 'Ada',
};

/** The code and the scope of the refusal, or `undefined` where the request is allowed. */
function refusalOf(caller: Identity, scope: Parameters<typeof requireScope>[1]) {
  try {
    requireScope(caller, scope);
    return undefined;
  } catch (error) {
    const { code, kind, message, scope: needed } = error as Record<string, unknown>;
    return { code, kind, message, scope: needed };
  }
}

describe('requireScope', () => {
  it('allows a user in a session of their own everything', () => {
    expect(refusalOf(user, 'tasks:write')).toBeUndefined();
  });

  it.each([
    ['the one scope', 'tasks:read'],
    ['one scope of several', 'openid tasks:read profile'],
    ['the last scope', 'openid tasks:read'],
  ])('allows a client what %s says', (_name, scope) => {
    expect(refusalOf({ ...user, clientId: 'app', scope }, 'tasks:read')).toBeUndefined();
  });

  it.each([
    ['a client without a scope', { clientId: 'app' }],
    ['an empty scope', { clientId: 'app', scope: '' }],
    ['a scope without a client', { scope: 'openid' }],
    ['another scope', { clientId: 'app', scope: 'tasks:read' }],
    ['a longer name', { clientId: 'app', scope: 'tasks:write:own' }],
    ['a shorter name', { clientId: 'app', scope: 'tasks' }],
    ['two scopes joined by a comma', { clientId: 'app', scope: 'tasks:read,tasks:write' }],
    ['the same letters in upper case', { clientId: 'app', scope: 'TASKS:WRITE' }],
  ])('refuses %s and names the scope that is needed', (_name, claims) => {
    expect(refusalOf({ ...user, ...claims }, 'tasks:write')).toEqual({
      code: 'insufficient_scope',
      kind: 'forbidden',
      message: 'The token has no scope for this request.',
      scope: 'tasks:write',
    });
  });
});

describe('withinScopes', () => {
  it('shows everything to the user in a session of their own', () => {
    expect(withinScopes(user)).toEqual(user);
  });

  it('adds no member that the token does not have', () => {
    const { userId, expiresAt } = user;
    expect(Object.keys(withinScopes({ userId, expiresAt }))).toEqual(['userId', 'expiresAt']);
  });

  it.each([
    ['tasks:read', {}],
    ['email', { email: user.email, emailVerified: false }],
    ['profile', { name: 'Ada' }],
    ['email profile', { email: user.email, emailVerified: false, name: 'Ada' }],
  ])('shows a client with the scope "%s" what it stands for', (scope, shown) => {
    const { userId, expiresAt } = user;
    expect(withinScopes({ ...user, clientId: 'app', scope })).toEqual({
      userId,
      expiresAt,
      clientId: 'app',
      scope,
      ...shown,
    });
  });
});
