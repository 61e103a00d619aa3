import { afterEach, describe, expect, it } from '@jest/globals';
import { makeAuthenticate } from '../../authorizer/authenticate.ts';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { makeLog } from '../../common/log.ts';
import type { LocalIssuer } from '../settings/local-settings.ts';
import { type BetterAuthServer, startBetterAuthServer } from './better-auth-server.ts';
import { DEMO_USER, userIdOf } from './demo-user.ts';
import { exchangeForToken, fetchToken, signIn, signUpOrIn } from './sign-in.ts';

const SECRET = 'a secret of the tests, which is long enough';
const ISSUER: LocalIssuer = { baseUrl: 'http://localhost:4701', secret: SECRET, signing: 'HS256' };
const ANN = { email: 'ann@example.com', password: 'correct horse' };
const running: BetterAuthServer[] = [];

async function start(issuer: Partial<LocalIssuer> = {}): Promise<string> {
  const claim = { port: 0, purpose: 'the sign-in server', variable: 'AUTH_PORT' };
  const server = await startBetterAuthServer(claim, { ...ISSUER, ...issuer });
  running.push(server);
  return server.url;
}

function identify(token: string, env: Record<string, string> = {}) {
  const config = readAuthorizerConfig({
    BETTER_AUTH_URL: ISSUER.baseUrl,
    BETTER_AUTH_SECRET: SECRET,
    ...env,
  });
  return makeAuthenticate(config, { log: makeLog() })(`Bearer ${token}`);
}

afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

describe('the local Better Auth server', () => {
  it.each(['HS256', 'HS384', 'HS512'] as const)(
    'issues %s tokens that the authorizer takes',
    async (signing) => {
      const token = await fetchToken(await start({ signing }), ANN);
      const identity = await identify(token, { ALGORITHM: signing });
      expect(identity).toMatchObject({
        userId: userIdOf(ANN.email),
        email: ANN.email,
        emailVerified: false,
        name: 'ann',
      });
    },
  );

  it.each(['EdDSA', 'ES256', 'ES512', 'PS256', 'RS256'] as const)(
    'issues %s tokens and publishes the key',
    async (signing) => {
      const url = await start({ signing });
      const token = await fetchToken(url, ANN);
      const identity = await identify(token, {
        BETTER_AUTH_SECRET: '',
        BETTER_AUTH_JWKS_URL: `${url}/api/auth/jwks`,
      });
      expect(identity.userId).toBe(userIdOf(ANN.email));
    },
  );

  it('issues the claims the API was told to expect', async () => {
    const claims = {
      JWT_ISSUER: 'https://issuer.test',
      JWT_AUDIENCE: 'the-api',
      ACCESS_TOKEN_EXPIRE_MINUTES: '2',
    };
    const url = await start({
      issuer: claims.JWT_ISSUER,
      audience: claims.JWT_AUDIENCE,
      tokenLifetimeS: 120,
    });
    const { issuedAt = 0, expiresAt } = await identify(await fetchToken(url, ANN), claims);
    expect(expiresAt - issuedAt).toBe(120);
  });

  it('issues for the address it is given, wherever it listens', async () => {
    const baseUrl = 'https://auth.example.com/api/auth';
    const token = await fetchToken(await start({ baseUrl }), ANN);
    await expect(identify(token, { BETTER_AUTH_URL: baseUrl })).resolves.toMatchObject({ email: ANN.email });
  });

  it('gives a user the same id after a restart forgot them', async () => {
    const before = await identify(await fetchToken(await start(), ANN));
    const after = await identify(await fetchToken(await start(), { ...ANN, password: 'another password' }));
    expect(after.userId).toBe(before.userId);
  });

  it('takes an address in capitals for the same user, and any other for another one', async () => {
    const url = await start();
    const ids = [];
    for (const email of [ANN.email, 'Ann@Example.com', 'ann@example.org', 'ann+1@example.com']) {
      ids.push((await identify(await fetchToken(url, { ...ANN, email }))).userId);
    }
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it('signs a known user in, but not with another password', async () => {
    const url = await start();
    await signUpOrIn(url, ANN);
    await expect(exchangeForToken(url, await signIn(url, ANN))).resolves.toContain('.');
    await expect(signUpOrIn(url, { ...ANN, password: 'wrong password' })).rejects.toThrow(
      'could not be signed in',
    );
  });

  it('believes the address of the demo user, so that REQUIRE_VERIFIED_EMAIL can be tried', async () => {
    expect(await identify(await fetchToken(await start(), DEMO_USER))).toMatchObject({ emailVerified: true });
  });

  it('never stops a test that signs up many users', async () => {
    const url = await start();
    const emails = Array.from({ length: 12 }, (_, index) => `user${index}@example.com`);
    const tokens = await Promise.all(emails.map((email) => fetchToken(url, { ...ANN, email })));
    expect(new Set(tokens).size).toBe(emails.length);
  });
});

describe('a front end under development', () => {
  const signUp = (url: string, headers: Record<string, string>) =>
    fetch(`${url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...ANN, name: 'Ann' }),
    });

  it.each(['http://localhost:5173', 'http://127.0.0.1:8080'])(
    'may sign in from %s with cookies',
    async (origin) => {
      const url = await start();
      const preflight = await fetch(`${url}/api/auth/sign-up/email`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-headers': 'content-type,x-captcha' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-captcha');
      const reply = await signUp(url, { origin });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
      expect(reply.headers.get('access-control-allow-credentials')).toBe('true');
    },
  );

  it.each(['https://evil.test', 'http://localhost.evil.test', 'null'])('may not be %s', async (origin) => {
    const reply = await signUp(await start(), {
      origin,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    });
    expect(reply.status).toBe(403);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is refused without Origin, as by any Better Auth server, because a browser sends one', async () => {
    expect((await signUp(await start(), {})).status).toBe(403);
  });
});
