import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../common/fault.ts';
import { readAuthorizerContext } from '../common/identity.ts';
import { effectOf, METHOD_ARN, SECRET_ENV, startAuthorizer, tokenEvent } from '../support/authorizers.ts';
import { fakeIssuer } from '../support/issuer.ts';
import { recordLines } from '../support/logs.ts';
import { bearer, hmacSigner, ISSUER, makeKeyPair, mint, NOW_S, type TokenParts } from '../support/tokens.ts';
import { makeAuthorize } from './authorize.ts';
import { REJECTIONS, Rejection, type RejectionCode } from './rejections.ts';

const STAGE_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/*';

const eventOf = (parts?: TokenParts) => tokenEvent(bearer(mint(hmacSigner(), parts)));

/** An authorizer behind which authentication ends as told. */
function failingWith(error: unknown) {
  const { log, entries } = recordLines();
  const authorize = makeAuthorize({ authenticate: () => Promise.reject(error), log });
  const failure = authorize(tokenEvent('Bearer x')).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { failure: failure as Promise<Error>, entries };
}

describe('an event that asks nothing', () => {
  it.each([
    ['a test event of the console', {}],
    ['null', null],
    ['a scheduled event', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }],
    ['a token alone', { authorizationToken: bearer(mint(hmacSigner())) }],
  ])('%s is answered with a Deny of everything, and is no refusal in the log', async (_name, event) => {
    const { log, entries } = recordLines();
    const authorize = makeAuthorize({ authenticate: () => Promise.reject(new Error('asked')), log });
    expect(await authorize(event as never)).toEqual({
      principalId: 'unauthenticated',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: '*' }],
      },
    });
    expect(entries().map((entry) => entry['message'])).toEqual(['invoked without a request']);
  });
});

describe('an accepted token', () => {
  it('is answered with the whole stage and the identity', async () => {
    const { authorize } = startAuthorizer(SECRET_ENV);
    expect(await authorize(eventOf())).toStrictEqual({
      principalId: 'user-1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: STAGE_ARN }],
      },
      context: {
        userId: 'user-1',
        email: 'ann@example.com',
        emailVerified: 'true',
        name: 'Ann Žluťoučká',
        expiresAt: String(NOW_S + 840),
        issuedAt: String(NOW_S - 60),
      },
    });
  });

  it('has a context of texts alone, which API Gateway delivers as they are', async () => {
    const claims = {
      name: 'Q "uote" \\ \n 🦊 </script> $context.stage $util.x',
      email: undefined,
      iat: undefined,
    };
    const { authorize } = startAuthorizer(SECRET_ENV);
    const { context } = await authorize(eventOf({ claims }));
    expect(Object.keys(context ?? {}).sort()).toEqual(['emailVerified', 'expiresAt', 'name', 'userId']);
    expect(Object.values(context ?? {}).every((value) => typeof value === 'string')).toBe(true);
    expect(readAuthorizerContext(JSON.parse(JSON.stringify(context)))).toMatchObject({ name: claims.name });
  });

  it('is counted by one line that names no user', async () => {
    const { authorize, entries } = startAuthorizer(SECRET_ENV);
    await authorize(eventOf());
    expect(entries()).toEqual([{ level: 'info', message: 'authentication allowed' }]);
  });
});

describe('a refused token', () => {
  it('is answered with Deny for the whole stage, a code, a sentence and no user', async () => {
    const { authorize } = startAuthorizer(SECRET_ENV);
    expect(await authorize(eventOf({ claims: { exp: NOW_S } }))).toStrictEqual({
      principalId: 'unauthenticated',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: STAGE_ARN }],
      },
      context: { code: 'token_expired', detail: REJECTIONS.token_expired },
    });
  });

  it('is counted by one line with its code', async () => {
    const { authorize, entries } = startAuthorizer(SECRET_ENV);
    await authorize(eventOf({ claims: { exp: NOW_S } }));
    expect(entries()).toEqual([{ level: 'info', message: 'authentication refused', code: 'token_expired' }]);
  });

  it.each([
    ['nbf', { nbf: NOW_S + 60 }, 'token_not_active'],
    ['iat', { iat: NOW_S + 60 }, 'issued_in_future'],
  ])(
    'is not cached while %s lies ahead: the error API Gateway answers with 401',
    async (_name, claims, code) => {
      const { authorize, entries } = startAuthorizer(SECRET_ENV);
      await expect(authorize(eventOf({ claims }))).rejects.toStrictEqual(new Error('Unauthorized'));
      expect(entries()).toEqual([{ level: 'info', message: 'authentication refused', code, thrown: true }]);
    },
  );

  it('is not cached while it may be signed with a key that is not known yet', async () => {
    const pair = makeKeyPair('EdDSA');
    const env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` };
    const { authorize } = startAuthorizer(env, { fetch: fakeIssuer(() => ({ keys: [pair.jwk] })).fetch });
    const unknown = tokenEvent(bearer(mint(pair, { header: { kid: 'new' } })));
    expect(await authorize(unknown).then(({ context }) => context?.['code'])).toBe('unknown_key');
    await expect(authorize(unknown)).rejects.toThrow(/^Unauthorized$/);
  });

  it.each(Object.keys(REJECTIONS) as RejectionCode[])('never carries an identity: %s', async (code) => {
    const { log } = recordLines();
    const authenticate = () => Promise.reject(new Rejection(code, { cacheable: true }));
    const result = await makeAuthorize({ authenticate, log })(eventOf());
    expect(effectOf(result)).toBe('Deny');
    expect(result.principalId).toBe('unauthenticated');
    expect(result.context).toStrictEqual({ code, detail: REJECTIONS[code] });
  });

  it('is refused too when the header is missing, which API Gateway does not let happen', async () => {
    const { authorize } = startAuthorizer(SECRET_ENV);
    const result = await authorize(tokenEvent(undefined));
    expect(result.context?.['code']).toBe('missing_token');
  });
});

describe('an outage', () => {
  it('is thrown as another error than Unauthorized, and counted by a line of its own', async () => {
    const env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` };
    const { authorize, entries } = startAuthorizer(env, { fetch: fakeIssuer(() => 500).fetch });
    await expect(authorize(tokenEvent(bearer(mint(makeKeyPair('EdDSA')))))).rejects.toMatchObject({
      code: 'keys_unavailable',
      message: expect.not.stringMatching(/unauthorized/i),
    });
    expect(entries()).toEqual([
      { level: 'warn', message: 'key set not loaded', reason: 'the issuer answered 500' },
      { level: 'error', message: 'authentication unavailable', code: 'keys_unavailable' },
    ]);
  });
});

describe('a fault of ours', () => {
  it.each(['', 'arn:aws:execute-api:eu-central-1:*:abc/prod/GET/x'])(
    'is thrown for the methodArn %j, whatever the token',
    async (methodArn) => {
      const { authorize, entries } = startAuthorizer(SECRET_ENV);
      for (const token of [mint(hmacSigner()), 'x']) {
        await expect(authorize({ ...tokenEvent(bearer(token)), methodArn })).rejects.not.toThrow(
          'Unauthorized',
        );
      }
      expect(entries().some(({ message }) => message === 'authentication allowed')).toBe(false);
    },
  );

  it('keeps where it happened and loses its message, which may quote the token', async () => {
    const fault = new TypeError('Unexpected token in canary-1\n    at canary-2');
    const { failure, entries } = failingWith(fault);
    const { message, stack = '' } = await failure;
    expect(message).toBe('the authorizer failed: TypeError');
    expect(stack).not.toContain('canary');
    expect(stack.split('\n')[0]).toBe(message);
    expect(stack).toContain('authorize.test.ts');
    expect(entries()).toEqual([]);
  });

  it('keeps nothing of the stack but where it happened, though the message was changed since', async () => {
    const fault = new Error('looked at canary-3');
    expect(fault.stack).toContain('canary-3');
    fault.message = 'changed';
    const [first, ...frames] = String((await failingWith(fault).failure).stack).split('\n');
    expect(first).toBe('the authorizer failed: Error');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.filter((frame) => !/^ {4}at /.test(frame))).toEqual([]);
  });

  it('hands the error as it was thrown to who listens on this machine', async () => {
    const heard: unknown[] = [];
    const listener = (fault: unknown) => heard.push(fault);
    const error = new Error('canary-4');
    subscribe(FAULTS, listener);
    await failingWith(error).failure;
    unsubscribe(FAULTS, listener);
    expect(heard).toEqual([{ operation: 'authorizer', error }]);
  });

  it('says nothing but its sentence of what has no stack', async () => {
    expect((await failingWith('a text').failure).stack).toBe('the authorizer failed: string');
  });

  it.each([
    ['an error that reads Unauthorized', new Error('Unauthorized'), 'the authorizer failed: Error'],
    ['a text', 'Unauthorized', 'the authorizer failed: string'],
    ['nothing', undefined, 'the authorizer failed: undefined'],
    ['null', null, 'the authorizer failed: object'],
  ])('is never taken for a refusal: %s', async (_name, thrown, message) => {
    expect((await failingWith(thrown).failure).message).toBe(message);
  });
});

it('has one method ARN in its tests, of the form API Gateway passes', () => {
  expect(METHOD_ARN.startsWith(STAGE_ARN.slice(0, -1))).toBe(true);
});
