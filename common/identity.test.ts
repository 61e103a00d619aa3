import { describe, expect, it } from '@jest/globals';
import {
  type Identity,
  readAuthorizerContext,
  requireUnexpired,
  TOKEN_EXPIRED,
  TokenExpired,
  toAuthorizerContext,
} from './identity.ts';

const ANN: Identity = {
  userId: 'user-1',
  email: 'ann@example.com',
  emailVerified: true,
  name: 'Ann',
  expiresAt: 1_800_000_900,
  issuedAt: 1_800_000_000,
};
const MINIMAL: Identity = { userId: 'user-2', emailVerified: false, expiresAt: 1_800_000_900 };

/** What API Gateway adds to our own members. */
const AROUND = { principalId: 'user-1', integrationLatency: 12 };

describe('the identity between authorizer and handlers', () => {
  it.each([
    [
      'everything',
      ANN,
      {
        userId: 'user-1',
        email: 'ann@example.com',
        emailVerified: 'true',
        name: 'Ann',
        expiresAt: '1800000900',
        issuedAt: '1800000000',
      },
    ],
    ['the least', MINIMAL, { userId: 'user-2', emailVerified: 'false', expiresAt: '1800000900' }],
    [
      'a token that does not say whether the address is verified',
      { userId: 'user-3', expiresAt: 1 },
      { userId: 'user-3', expiresAt: '1' },
    ],
    [
      'a client and its scopes',
      { ...MINIMAL, clientId: 'client-1', scope: 'tasks:read email' },
      {
        userId: 'user-2',
        emailVerified: 'false',
        expiresAt: '1800000900',
        clientId: 'client-1',
        scope: 'tasks:read email',
      },
    ],
    [
      'a client without scopes',
      { ...MINIMAL, clientId: 'client-1', scope: '' },
      { userId: 'user-2', emailVerified: 'false', expiresAt: '1800000900', clientId: 'client-1', scope: '' },
    ],
    [
      'scopes without a client',
      { ...MINIMAL, scope: 'tasks:read' },
      { userId: 'user-2', emailVerified: 'false', expiresAt: '1800000900', scope: 'tasks:read' },
    ],
    [
      'claims of every JSON type',
      {
        ...MINIMAL,
        claims: { role: 'a"b\n', n: 1.5, on: true, none: null, list: [1, { a: 'ž' }] },
      },
      {
        userId: 'user-2',
        emailVerified: 'false',
        expiresAt: '1800000900',
        claims: '{"role":"a\\"b\\n","n":1.5,"on":true,"none":null,"list":[1,{"a":"ž"}]}',
      },
    ],
    [
      'fractions of a second',
      { ...MINIMAL, expiresAt: 1.5, issuedAt: 0 },
      { userId: 'user-2', emailVerified: 'false', expiresAt: '1.5', issuedAt: '0' },
    ],
  ])('travels as texts and arrives as it was: %s', (_name, identity, context) => {
    expect(toAuthorizerContext(identity)).toStrictEqual(context);
    expect(readAuthorizerContext({ ...AROUND, ...context })).toStrictEqual(identity);
  });

  it('never reads a client as the user itself, even when the scope was lost on the way', () => {
    const context = { userId: 'user-1', expiresAt: '1', clientId: 'client-1' };
    expect(readAuthorizerContext(context)).toMatchObject({ clientId: 'client-1', scope: '' });
  });

  it.each([
    ['a scope that is no text', { scope: 1 }, 'client'],
    ['a client that is no text', { clientId: 1, scope: 'tasks:read' }, 'client'],
    ['null for a scope', { scope: null }, 'client'],
    ['null for a client', { clientId: null }, 'client'],
    ['claims that are a list', { claims: '[]' }, 'claims'],
    ['claims that are null', { claims: 'null' }, 'claims'],
    ['claims that are a text', { claims: '"x"' }, 'claims'],
  ])('stops at %s', (_name, members, word) => {
    expect(() => readAuthorizerContext({ userId: 'u', expiresAt: '1', ...members })).toThrow(
      TypeError(`the authorizer context has no usable ${word}`),
    );
  });

  it('takes only members of an identity along', () => {
    const more = { ...ANN, role: 'admin', session: 'x' };
    expect(Object.keys(toAuthorizerContext(more))).toEqual(Object.keys(toAuthorizerContext(ANN)));
  });

  it.each([
    ['no context', undefined, 'the route has no authorizer context'],
    ['null', null, 'the route has no authorizer context'],
    ['a text', 'user-1', 'the route has no authorizer context'],
    ['no userId', { expiresAt: '1' }, 'the authorizer context has no userId'],
    ['an empty userId', { userId: '', expiresAt: '1' }, 'the authorizer context has no userId'],
    ['a userId that is no text', { userId: 1, expiresAt: '1' }, 'the authorizer context has no userId'],
    ['another authorizer, with a principal alone', AROUND, 'the authorizer context has no userId'],
    ['no expiresAt', { userId: 'u' }, 'the authorizer context has no usable expiresAt'],
    ['an empty expiresAt', { userId: 'u', expiresAt: '' }, 'the authorizer context has no usable expiresAt'],
    [
      'an expiresAt that is a number',
      { userId: 'u', expiresAt: 1 },
      'the authorizer context has no usable expiresAt',
    ],
    [
      'an expiresAt of words',
      { userId: 'u', expiresAt: 'never' },
      'the authorizer context has no usable expiresAt',
    ],
    [
      'an endless expiresAt',
      { userId: 'u', expiresAt: 'Infinity' },
      'the authorizer context has no usable expiresAt',
    ],
    [
      'an issuedAt of words',
      { userId: 'u', expiresAt: '1', issuedAt: 'x' },
      'the authorizer context has no usable issuedAt',
    ],
    [
      'an issuedAt of null',
      { userId: 'u', expiresAt: '1', issuedAt: null },
      'the authorizer context has no usable issuedAt',
    ],
  ])('is a fault of the deployment, never an anonymous caller, with %s', (_name, context, sentence) => {
    expect(() => readAuthorizerContext(context)).toThrow(new TypeError(sentence));
  });

  it.each([
    ['true', true],
    ['false', false],
    ['TRUE', false],
    ['1', false],
    ['', false],
    [true, undefined],
    [undefined, undefined],
  ])('reads an address as verified only from the text true: %j', (emailVerified, expected) => {
    const context = { userId: 'u', expiresAt: '1', emailVerified };
    expect(readAuthorizerContext(context).emailVerified).toBe(expected);
  });

  it('leaves out an address or name that is no text', () => {
    const identity = readAuthorizerContext({ userId: 'u', expiresAt: '1', email: null, name: 5 });
    expect(identity).toStrictEqual({ userId: 'u', expiresAt: 1 });
  });
});

describe('requireUnexpired', () => {
  it.each([
    ['one millisecond before', 899_999, false],
    ['in the very second of', 900_000, true],
    ['after', 900_001, true],
  ])('is over %s exp: %d', (_name, nowMs, isOver) => {
    const check = () => requireUnexpired({ expiresAt: 900 }, nowMs);
    if (isOver) expect(check).toThrow(TokenExpired);
    else expect(check).not.toThrow();
  });

  it('refuses with the code and sentence of the authorizer', () => {
    expect(new TokenExpired()).toMatchObject({
      code: TOKEN_EXPIRED.code,
      message: TOKEN_EXPIRED.detail,
      kind: 'unauthenticated',
    });
    expect(TOKEN_EXPIRED).toEqual({
      code: 'token_expired',
      detail: 'The access token has expired. Ask /api/auth/token for a new one.',
    });
  });
});
