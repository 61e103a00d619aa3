import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BetterAuthOptions } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { type JwtOptions, jwt } from 'better-auth/plugins/jwt';
import { decodeProtectedHeader } from 'jose';
import {
  deleteAllKeys,
  deleteOldKeys,
  expireKeysWithoutExpiry,
} from '../../examples/sign-in-server/delete-old-keys.ts';
import { startAuthorizer, verdictOf } from '../../support/authorizers.ts';
import { type BetterAuthServer, startBetterAuth } from '../../support/better-auth.ts';
import { OTHER_SECRET, SECRET } from '../../support/tokens.ts';

/** Hundreds of requests to a real server. */
jest.setTimeout(120_000);

const DAY_S = 86_400;
const DAILY: JwtOptions['jwks'] = { rotationInterval: DAY_S };
/** Sessions outlive a test, up to what a cookie may: signing in again every day would only take time. */
const LONG_SESSION = { expiresIn: 390 * DAY_S };

let servers: BetterAuthServer[] = [];
let database: Record<string, Record<string, unknown>[]>;

/** Only the date is simulated: the network and the timers of Node.js run on. */
const REAL = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

beforeEach(() => {
  // Better Auth prints an error that it answers with 500, also with its logger off.
  jest.spyOn(console, 'error').mockImplementation(() => {});
  jest.useFakeTimers({ now: Date.now(), doNotFake: [...REAL] });
  database = { user: [], session: [], account: [], verification: [], jwks: [] };
});

afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

/** One second more than a day, so that a key of yesterday has expired. */
const passOneDay = () => jest.setSystemTime(Date.now() + DAY_S * 1000 + 1000);

/** A server on the database of the test: a second one is the first one after a restart with other settings. */
async function start(jwks: JwtOptions['jwks'], options: BetterAuthOptions = {}, secret = SECRET) {
  const server = await startBetterAuth(
    () => ({
      database: memoryAdapter(database),
      session: LONG_SESSION,
      logger: { disabled: true },
      plugins: [jwt({ jwks: jwks ?? {} })],
      ...options,
    }),
    { secret },
  );
  servers.push(server);
  const visitor = server.visit();
  await (database['user']?.length === 0 ? visitor.signUp() : visitor.signIn());
  const env = { BETTER_AUTH_URL: server.origin, BETTER_AUTH_JWKS_URL: server.jwksUrl };
  const api = () => startAuthorizer(env, { now: () => Date.now() });
  return {
    auth: server.auth,
    token: () => visitor.token(),
    /** The status of an endpoint that may fail. */
    status: (path = '/token') =>
      visitor.ask(path).then(
        () => 200,
        ({ message }: Error) => Number(/ answered (\d{3})/.exec(message)?.[1]),
      ),
    /** The verdict of an API that has just started. */
    verdict: (token: string) => verdictOf(api(), token),
    published: async () => ((await (await fetch(server.jwksUrl)).json()) as { keys: unknown[] }).keys.length,
  };
}

const keyOf = (token: string) => decodeProtectedHeader(token).kid;

describe('keys that rotate daily', () => {
  it('are refused from day 101 on when no key is deleted, and accepted again with an empty table', async () => {
    const server = await start(DAILY);
    for (let day = 1; day <= 100; day += 1) {
      expect(`${day} ${await server.verdict(await server.token())}`).toBe(`${day} allow`);
      passOneDay();
    }
    const [one, other] = [await server.token(), await server.token()];
    expect([await server.verdict(one), await server.verdict(other)]).toEqual(['unknown_key', 'unknown_key']);
    expect(keyOf(one)).not.toBe(keyOf(other));
    expect(await server.published()).toBe(30);

    expect(await deleteAllKeys(server.auth)).toBe(102);
    const [fresh, again] = [await server.token(), await server.token()];
    expect([await server.verdict(fresh), await server.verdict(again)]).toEqual(['allow', 'allow']);
    expect(keyOf(fresh)).toBe(keyOf(again));
  });

  it('end in an empty set, which the API takes for an outage', async () => {
    const server = await start(DAILY);
    for (let day = 1; day <= 131; day += 1) {
      await server.token();
      passOneDay();
    }
    expect([await server.published(), await server.verdict(await server.token())]).toEqual([
      0,
      'unavailable',
    ]);
  });

  it('go on for 150 days when old keys are deleted daily, and no valid token is ever refused', async () => {
    const server = await start(DAILY);
    for (let day = 1; day <= 150; day += 1) {
      const beforeMidnight = await server.token();
      jest.setSystemTime(Date.now() + 60_000);
      await deleteOldKeys(server.auth);
      const afterMidnight = await server.token();
      expect([day, await server.verdict(beforeMidnight), await server.verdict(afterMidnight)]).toEqual([
        day,
        'allow',
        'allow',
      ]);
      passOneDay();
    }
    expect(database['jwks']?.length).toBeLessThanOrEqual(32);
  });

  it('start to rotate only after the keys without an expiry have been given one', async () => {
    const before = await start({});
    const old = await before.token();
    const server = await start(DAILY);
    passOneDay();
    expect(keyOf(await server.token())).toBe(keyOf(old));

    expect(await expireKeysWithoutExpiry(server.auth)).toBe(1);
    jest.setSystemTime(Date.now() + 1000);
    const fresh = await server.token();
    expect(keyOf(fresh)).not.toBe(keyOf(old));
    expect([await server.verdict(fresh), await server.published()]).toEqual(['allow', 2]);
    expect(await deleteOldKeys(server.auth)).toBe(0);
  });

  it('keep a key without an expiry when old keys are deleted', async () => {
    const server = await start({});
    const token = await server.token();
    passOneDay();
    expect([await deleteOldKeys(server.auth, 0), keyOf(await server.token())]).toEqual([0, keyOf(token)]);
  });
});

describe('a new secret of a server that signs with key pairs', () => {
  const both = [
    { version: 2, value: OTHER_SECRET },
    { version: 1, value: SECRET },
  ];
  const newOnly = both.slice(0, 1);

  it('alone makes the stored keys unreadable: no token is issued until the keys are deleted', async () => {
    await (await start({})).token();
    const server = await start({}, {}, OTHER_SECRET);
    expect([await server.status('/token'), await server.status('/get-session')]).toEqual([500, 500]);

    expect(await deleteAllKeys(server.auth)).toBe(1);
    expect(await server.verdict(await server.token())).toBe('allow');
  });

  it('in a list makes them unreadable too, unless BETTER_AUTH_SECRET stays the old one', async () => {
    await (await start({})).token();
    expect(await (await start({}, { secrets: both })).status()).toBe(500);
    const server = await start({}, { secrets: both, secret: SECRET });
    expect(await server.verdict(await server.token())).toBe('allow');
  });

  it('stands alone when the keys encrypted with the old one have been replaced', async () => {
    const old = await (await start({})).token();
    const during = await start({}, { secrets: both, secret: SECRET });
    expect(keyOf(await during.token())).toBe(keyOf(old));
    expect(await (await start({}, { secrets: newOnly })).status()).toBe(500);

    expect(await expireKeysWithoutExpiry(during.auth)).toBe(1);
    jest.setSystemTime(Date.now() + 1000);
    expect(keyOf(await during.token())).not.toBe(keyOf(old));
    const after = await start({}, { secrets: newOnly });
    expect(await after.published()).toBe(2);
    expect(await after.verdict(await after.token())).toBe('allow');
  });
});
