import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jwt } from 'better-auth/plugins/jwt';
import type { Env } from '../../common/env.ts';
import { startAuthorizer, tokenEvent, verdictOf } from '../../support/authorizers.ts';
import { type BetterAuthServer, type Configure, startBetterAuth } from '../../support/better-auth.ts';
import { bearer, OTHER_SECRET, SECRET } from '../../support/tokens.ts';
import { CONFIGURATIONS, type Configuration, hs256 } from './configurations.ts';
import { collectIssued } from './issued-tokens.ts';

/** Another version than the installed one, when `npm run test:better-auth` names it. */
const folder = process.env['BETTER_AUTH_FOLDER'] ?? '.';
const { version } = JSON.parse(readFileSync(`${folder}/node_modules/better-auth/package.json`, 'utf8')) as {
  version: string;
};

let servers: BetterAuthServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

async function start(configure: Configure, secret = SECRET): Promise<BetterAuthServer> {
  const server = await startBetterAuth(configure, { secret });
  servers.push(server);
  return server;
}

/** The API, told of this server. Its clock is the real one unless `aheadS` seconds are added. */
function apiFor(server: BetterAuthServer, env: Env, aheadS = 0) {
  const now = () => Date.now() + aheadS * 1000;
  return startAuthorizer({ BETTER_AUTH_URL: server.origin, ...env }, { now });
}

async function signedUp(server: BetterAuthServer) {
  const visitor = server.visit();
  await visitor.signUp();
  return visitor;
}

describe(`Better Auth ${version}: everything it issues, and the verdict on it`, () => {
  /** The verdicts of the authorizer on everything a server of this configuration issues. */
  async function judge({ configure, env, address }: Configuration): Promise<Record<string, string>> {
    const server = await start(configure);
    const issued = await collectIssued(server);
    const api = apiFor(server, { ...(address && { BETTER_AUTH_URL: address(server) }), ...env(server) });
    const verdicts: Record<string, string> = {};
    for (const [kind, token] of Object.entries(issued)) verdicts[kind] = await verdictOf(api, token);
    return verdicts;
  }

  it.each(CONFIGURATIONS)('$name', async (configuration) => {
    expect(await judge(configuration)).toEqual(configuration.verdicts);
  });
});

describe('the identity in an accepted token', () => {
  const plugins = (options: Parameters<typeof jwt>[0]) => () => ({ plugins: [jwt(options)] });
  const ann = { email: 'ann@example.com', name: 'Ann Žluťoučká', emailVerified: 'false' };

  it.each([
    ['all of the user by default', plugins({}), ann],
    ['what definePayload leaves', plugins({ jwt: { definePayload: () => ({ role: 'user' }) } }), {}],
    [
      'no session token, though definePayload adds the session',
      plugins({ jwt: { definePayload: (session) => session } }),
      {},
    ],
  ])('is %s', async (_name, configure, expected) => {
    const server = await start(configure);
    const visitor = await signedUp(server);
    const { user } = (await visitor.ask('/get-session')).body as { user: { id: string } };
    const before = Math.floor(Date.now() / 1000);
    const token = await visitor.token();
    const { authorize } = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    const { principalId, context } = await authorize(tokenEvent(bearer(token)));
    const { issuedAt, expiresAt, ...rest } = context ?? {};
    expect(principalId).toBe(user.id);
    expect(rest).toEqual({ userId: user.id, ...expected });
    expect(Number(issuedAt)).toBeGreaterThanOrEqual(before);
    expect(Number(expiresAt)).toBe(Number(issuedAt) + 15 * 60);
  });

  it('is the subject that getSubject gives', async () => {
    const server = await start(plugins({ jwt: { getSubject: ({ user }) => `tenant-1|${user.email}` } }));
    const token = await (await signedUp(server)).token();
    const { authorize } = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    expect((await authorize(tokenEvent(bearer(token)))).principalId).toBe('tenant-1|ann@example.com');
  });
});

describe('an access token', () => {
  const asymmetric: Configure = () => ({ plugins: [jwt()] });

  it('is accepted for its fifteen minutes and expired from then on', async () => {
    const server = await start((facts) => ({ plugins: [hs256(facts)] }));
    const token = await (await signedUp(server)).token();
    const at = (aheadS: number) => verdictOf(apiFor(server, { BETTER_AUTH_SECRET: SECRET }, aheadS), token);
    expect([await at(0), await at(890), await at(900)]).toEqual(['allow', 'allow', 'token_expired']);
  });

  it('of ten years ends with the maximum age', async () => {
    const server = await start(() => ({ plugins: [jwt({ jwt: { expirationTime: '10y' } })] }));
    const token = await (await signedUp(server)).token();
    const env = { BETTER_AUTH_JWKS_URL: server.jwksUrl, ACCESS_TOKEN_EXPIRE_MINUTES: '30' };
    const at = (aheadS: number) => verdictOf(apiFor(server, env, aheadS), token);
    expect([await at(0), await at(1790), await at(1800)]).toEqual(['allow', 'allow', 'token_too_old']);
  });

  it('of another Better Auth server is refused although it has the same secret', async () => {
    const [ours, other] = [
      await start((facts) => ({ plugins: [hs256(facts)] })),
      await start((facts) => ({ plugins: [hs256(facts)] })),
    ];
    const token = await (await signedUp(other)).token();
    expect(await verdictOf(apiFor(ours, { BETTER_AUTH_SECRET: SECRET }), token)).toBe('wrong_issuer');
  });

  it('of another Better Auth server is refused although it names itself as ours', async () => {
    const ours = await start(asymmetric);
    const other = await start(() => ({ baseURL: ours.origin, plugins: [jwt()] }));
    const visitor = other.visit();
    await visitor.signUp();
    expect(await verdictOf(apiFor(ours, { BETTER_AUTH_JWKS_URL: ours.jwksUrl }), await visitor.token())).toBe(
      'unknown_key',
    );
  });

  it('is verified from a copy of the key set, without any network', async () => {
    const server = await start(asymmetric);
    const token = await (await signedUp(server)).token();
    const copy = await (await fetch(server.jwksUrl)).text();
    await server.stop();
    expect(await verdictOf(apiFor(server, { BETTER_AUTH_JWKS: copy }), token)).toBe('allow');
  });

  it('goes on being accepted while the server is down, and one of an unknown key is an outage', async () => {
    const server = await start(asymmetric);
    const visitor = await signedUp(server);
    const token = await visitor.token();
    const stranger = await start(() => ({ baseURL: server.origin, plugins: [jwt()] }));
    const strange = await (await signedUp(stranger)).token();
    const api = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    const cold = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    expect(await verdictOf(api, token)).toBe('allow');
    await server.stop();
    expect([await verdictOf(api, token), await verdictOf(api, strange)]).toEqual(['allow', 'unavailable']);
    expect(await verdictOf(cold, token)).toBe('unavailable');
    expect(api.entries().filter((entry) => entry['message'] === 'authentication unavailable')).toHaveLength(
      1,
    );
  });
});

describe('rotation', () => {
  it('of the secret refuses no valid token, in whichever order the two sides learn of it', async () => {
    const before = await start((facts) => ({ plugins: [hs256(facts)] }), OTHER_SECRET);
    const secrets = [
      { version: 2, value: SECRET },
      { version: 1, value: OTHER_SECRET },
    ];
    const after = await start(() => ({
      secrets,
      baseURL: before.origin,
      plugins: [hs256({ origin: before.origin, secret: SECRET })],
    }));
    const [old, young] = [await (await signedUp(before)).token(), await (await signedUp(after)).token()];
    const both = apiFor(before, {
      BETTER_AUTH_SECRETS: `2:${SECRET},1:${OTHER_SECRET}`,
      BETTER_AUTH_SECRET: 'ignored',
    });
    expect([await verdictOf(both, old), await verdictOf(both, young)]).toEqual(['allow', 'allow']);
    const done = apiFor(before, { BETTER_AUTH_SECRETS: `2:${SECRET}`, BETTER_AUTH_SECRET: OTHER_SECRET });
    expect([await verdictOf(done, old), await verdictOf(done, young)]).toEqual(['bad_signature', 'allow']);
  });

  it('of the keys refuses no valid token, old or new', async () => {
    const server = await start(() => ({ plugins: [jwt({ jwks: { rotationInterval: 1 } })] }));
    const visitor = await signedUp(server);
    const api = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    const tokens: string[] = [];
    const verdicts: string[] = [];
    for (let rotation = 0; rotation < 3; rotation += 1) {
      tokens.push(await visitor.token());
      for (const token of tokens) verdicts.push(await verdictOf(api, token));
      await sleep(1100);
    }
    expect(new Set(tokens.map((token) => token.split('.')[0])).size).toBe(3);
    expect(verdicts).toEqual(Array(6).fill('allow'));
  });

  it('stops accepting a key that is no longer published, as soon as the set is asked for again', async () => {
    const server = await start(() => ({ plugins: [jwt({ jwks: { rotationInterval: 1, gracePeriod: 0 } })] }));
    const visitor = await signedUp(server);
    const old = await visitor.token();
    await sleep(1100);
    const young = await visitor.token();
    const api = apiFor(server, { BETTER_AUTH_JWKS_URL: server.jwksUrl });
    expect([await verdictOf(api, young), await verdictOf(api, old)]).toEqual(['allow', 'unknown_key']);
  });
});
