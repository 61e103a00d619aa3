import { afterAll, describe, expect, it } from '@jest/globals';
import type { BetterAuthOptions } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { type JwtOptions, jwt } from 'better-auth/plugins/jwt';
import { SignJWT } from 'jose';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { REJECTIONS } from '../../authorizer/rejections.ts';
import { deleteAllKeys } from '../../examples/sign-in-server/delete-old-keys.ts';
import { type BetterAuthServer, startBetterAuth } from '../../support/better-auth.ts';
import { startIssuer } from '../../support/issuer.ts';
import {
  encode,
  goodClaims,
  hmacSigner,
  ISSUER,
  type Json,
  makeKeyPair,
  mint,
  OTHER_SECRET,
  SECRET,
} from '../../support/tokens.ts';
import { explain } from './report.ts';

type Settings = Readonly<Record<string, string>>;

/** A token, and the settings of an API that is given it. */
interface Attempt {
  readonly token: string;
  readonly env: Settings;
}

const running: { stop(): Promise<void> }[] = [];
afterAll(() => Promise.all(running.map((server) => server.stop())));

const BY_SECRET: Settings = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };

/** Signed with the secret of {@link BY_SECRET}. */
function signed(claims: Json = {}, header: Json = {}): string {
  const nowS = Math.floor(Date.now() / 1000);
  return mint(hmacSigner(), { header, claims: goodClaims({ iat: nowS - 5, exp: nowS + 600, ...claims }) });
}

const bySecret = (claims: Json = {}, env: Settings = {}): Attempt => ({
  token: signed(claims),
  env: { ...BY_SECRET, ...env },
});

/** A user of a real Better Auth server with these options of the `jwt()` plugin, and an API that trusts the server. */
async function signIn(options: JwtOptions = {}, others: BetterAuthOptions = {}) {
  const server = await startBetterAuth(() => ({ plugins: [jwt(options)], ...others }), { secret: SECRET });
  running.push(server);
  const visitor = server.visit();
  await visitor.signUp();
  return { server, visitor, env: envOf(server) };
}

const envOf = ({ origin, jwksUrl }: BetterAuthServer): Settings => ({
  BETTER_AUTH_URL: origin,
  BETTER_AUTH_JWKS_URL: jwksUrl,
});

async function issued(options: JwtOptions['jwt'] = {}, env: Settings = {}): Promise<Attempt> {
  const { visitor, env: own } = await signIn({ jwt: options });
  return { token: await visitor.token(), env: { ...own, ...env } };
}

/** A `sign` function as a developer may write it, which forgets a claim. */
async function signedWithout(claim: 'exp' | 'iat' | undefined, env: Settings = {}): Promise<Attempt> {
  const key = new TextEncoder().encode(SECRET);
  const { visitor, server } = await signIn({
    jwks: { remoteUrl: 'https://unused.example', keyPairConfig: { alg: 'EdDSA' } },
    jwt: {
      sign: (payload) =>
        new SignJWT({ ...payload, ...(claim && { [claim]: undefined }) })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(key),
    },
  });
  const own = { BETTER_AUTH_URL: server.origin, BETTER_AUTH_SECRET: SECRET };
  return { token: await visitor.token(), env: { ...own, ...env } };
}

const ED = makeKeyPair('EdDSA');
const keyClaims = (change: Json = {}) => {
  const nowS = Math.floor(Date.now() / 1000);
  return goodClaims({ iat: nowS - 5, exp: nowS + 600, ...change });
};
const byKey = (env: Settings, header: Json = {}): Attempt => ({
  token: mint(ED, { header, claims: keyClaims() }),
  env: { BETTER_AUTH_URL: ISSUER, ...env },
});
const inline = (...keys: readonly Json[]): Settings => ({ BETTER_AUTH_JWKS: JSON.stringify({ keys }) });

/** A key set server that answers as told, and its address. */
async function keySetServer(answer: { status?: number; body?: string; location?: string; afterMs?: number }) {
  const { status = 200, body = JSON.stringify({ keys: [ED.jwk] }), location, afterMs = 0 } = answer;
  const server = await startIssuer((_request, response) => {
    setTimeout(() => response.writeHead(status, location ? { location } : {}).end(body), afterMs);
  });
  running.push(server);
  return server.url.href;
}

const keysAt = async (...answer: Parameters<typeof keySetServer>): Promise<Settings> => ({
  BETTER_AUTH_JWKS_URL: await keySetServer(...answer),
});

/** A server whose table holds this many keys of the past, all published or none. */
async function fullTable({ published }: { published: boolean }) {
  const database: Record<string, Record<string, unknown>[]> = {
    user: [],
    session: [],
    account: [],
    verification: [],
    jwks: [],
  };
  const { visitor, server, env } = await signIn(
    { jwks: { rotationInterval: 60 } },
    { database: memoryAdapter(database) },
  );
  await visitor.token();
  const [key = {}] = database['jwks'] ?? [];
  const endedMs = Date.now() - (published ? 60_000 : 31 * 86_400_000);
  const old = Array.from({ length: 100 }, (_, index) => ({
    ...key,
    id: `old-${index}`,
    expiresAt: new Date(endedMs),
  }));
  database['jwks']?.splice(0, 1, ...old);
  const attempt = async (): Promise<Attempt> => ({ token: await visitor.token(), env });
  return { attempt, deleteAll: () => deleteAllKeys(server.auth) };
}

const explained = ({ token, env }: Attempt) =>
  explain(token, {
    config: readAuthorizerConfig(env),
    requireVerifiedEmail: env['REQUIRE_VERIFIED_EMAIL'] === 'true',
    nowMs: Date.now(),
  });

/** The settings that a report names, such as JWT_ISSUER=https://a.example. */
function settingsIn(report: string): Settings {
  const found = report.matchAll(/\b([A-Z][A-Z_]+)=(\S+?)[.,]?(?=\s|$)/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}

/** A case: what goes wrong, the words of the advice, and what one has after following it. */
interface Case {
  readonly name: string;
  readonly code: string;
  readonly broken: () => Attempt | Promise<Attempt>;
  readonly says: string;
  /** Follows the advice; `settings` are those that the report names. */
  readonly followed: (broken: Attempt, settings: Settings) => Attempt | Promise<Attempt>;
}

/** The advice to set what the report names. */
const asTold = ({ token, env }: Attempt, settings: Settings): Attempt => ({
  token,
  env: { ...env, ...settings },
});
/** The advice to get a new token from the server. */
const newToken = () => issued();
/** The advice to let the signer write what it should. */
const fromGoodSigner = () => bySecret();

const CASES: readonly Case[] = [
  {
    name: 'nothing was given',
    code: 'malformed_header',
    broken: () => ({ token: '', env: BY_SECRET }),
    says: 'Get a new token from /api/auth/token',
    followed: newToken,
  },
  {
    name: 'a payload that is too large',
    code: 'token_too_large',
    broken: () => issued({ definePayload: () => ({ note: 'x'.repeat(9000) }) }),
    says: 'Let definePayload of the jwt() plugin return fewer members',
    followed: () => issued({ definePayload: () => ({ note: 'x' }) }),
  },
  {
    name: 'a session token',
    code: 'not_a_jwt',
    broken: async () => {
      const { visitor, env } = await signIn();
      return { token: visitor.cookie('better-auth.session_token').split('.')[0] ?? '', env };
    },
    says: 'ask the token endpoint with resource=',
    followed: newToken,
  },
  {
    name: 'an encrypted token',
    code: 'encrypted_token',
    broken: () => ({ token: 'a.b.c.d.e', env: BY_SECRET }),
    says: 'Get a new token',
    followed: newToken,
  },
  {
    name: 'a token that lost its end',
    code: 'malformed_token',
    broken: () => ({ token: signed().slice(0, -2), env: BY_SECRET }),
    says: 'Copy the whole token again',
    followed: fromGoodSigner,
  },
  {
    name: 'a critical header',
    code: 'unsupported_critical_header',
    broken: () => ({ token: signed({}, { crit: ['exp'] }), env: BY_SECRET }),
    says: 'Let the signer omit crit and b64',
    followed: fromGoodSigner,
  },
  {
    name: 'a logout token',
    code: 'wrong_token_type',
    broken: () => ({ token: signed({}, { typ: 'logout+jwt' }), env: BY_SECRET }),
    says: 'Get a new token',
    followed: newToken,
  },
  {
    name: 'the session cookie',
    code: 'session_cookie_token',
    broken: async () => {
      const { visitor, server } = await signIn(
        {},
        { session: { cookieCache: { enabled: true, strategy: 'jwt' } } },
      );
      const env = { BETTER_AUTH_URL: server.origin, BETTER_AUTH_SECRET: SECRET };
      return { token: visitor.cookie('better-auth.session_data'), env };
    },
    says: 'It is the session cookie of Better Auth.',
    followed: newToken,
  },
  {
    name: 'the token of an e-mail link',
    code: 'email_verification_token',
    broken: () => bySecret({ sub: undefined, iss: undefined, aud: undefined }),
    says: 'Get a new token',
    followed: newToken,
  },
  {
    name: 'a key pair where the API has a secret',
    code: 'unsupported_algorithm',
    broken: async () => {
      const { token, env } = await issued();
      return { token, env: { BETTER_AUTH_URL: String(env['BETTER_AUTH_URL']), BETTER_AUTH_SECRET: SECRET } };
    },
    says: 'Set BETTER_AUTH_JWKS_URL to /api/auth/jwks of the server that issued it.',
    followed: ({ token, env }) => ({
      token,
      env: { ...env, BETTER_AUTH_JWKS_URL: `${env['BETTER_AUTH_URL']}/api/auth/jwks` },
    }),
  },
  {
    name: 'another hash than the API has',
    code: 'unsupported_algorithm',
    broken: () => ({ token: mint(hmacSigner(SECRET, 'HS512'), { claims: keyClaims() }), env: BY_SECRET }),
    says: 'Set ALGORITHM=HS512 of the API',
    followed: asTold,
  },
  {
    name: 'no signature',
    code: 'unsupported_algorithm',
    broken: () => ({
      token: `${encode({ alg: 'none' })}.${encode(keyClaims())}.${encode('x')}`,
      env: BY_SECRET,
    }),
    says: 'Get a new token',
    followed: newToken,
  },
  {
    name: 'a token without kid',
    code: 'unknown_key',
    broken: () => byKey(inline(ED.jwk), { kid: undefined }),
    says: 'Let the signer write the kid of its key',
    followed: ({ env }) => byKey(env),
  },
  {
    name: 'a key that is not in the copy of the set',
    code: 'unknown_key',
    broken: () => byKey(inline(makeKeyPair('EdDSA', 'old').jwk)),
    says: 'Set BETTER_AUTH_JWKS to the current answer of /api/auth/jwks',
    followed: () => byKey(inline(ED.jwk)),
  },
  {
    name: 'a key of another server',
    code: 'unknown_key',
    broken: async () => {
      const [token, other] = [await issued(), await issued()];
      return {
        ...token,
        env: { ...token.env, BETTER_AUTH_JWKS_URL: String(other.env['BETTER_AUTH_JWKS_URL']) },
      };
    },
    says: 'Point BETTER_AUTH_JWKS_URL to the server that issued it',
    followed: ({ token, env }) => ({
      token,
      env: { ...env, BETTER_AUTH_JWKS_URL: `${env['BETTER_AUTH_URL']}/api/auth/jwks` },
    }),
  },
  {
    name: 'the keys cannot be reached: redirected',
    code: 'keys_unavailable',
    broken: async () => {
      const location = await keySetServer({});
      return byKey({ ...(await keysAt({ status: 302, location })), TARGET: location });
    },
    says: 'redirected to another origin. Set BETTER_AUTH_JWKS_URL to the address that it redirects to.',
    followed: ({ token, env }) => ({ token, env: { ...env, BETTER_AUTH_JWKS_URL: String(env['TARGET']) } }),
  },
  {
    name: 'the keys cannot be reached: a page',
    code: 'keys_unavailable',
    broken: async () => byKey(await keysAt({ body: '<!doctype html><title>Sign in</title>' })),
    says: 'the answer is not a JSON Web Key Set. The address shows a page or other data. Set BETTER_AUTH_JWKS_URL to /api/auth/jwks',
    followed: async ({ token, env }) => ({ token, env: { ...env, ...(await keysAt({})) } }),
  },
  {
    name: 'the keys cannot be reached: the server publishes none',
    code: 'keys_unavailable',
    broken: async () => {
      const { server } = await signIn({
        jwks: { remoteUrl: 'https://unused.example', keyPairConfig: { alg: 'EdDSA' } },
        jwt: { sign: async () => signed() },
      });
      return byKey({ BETTER_AUTH_JWKS_URL: server.jwksUrl });
    },
    says: 'With a sign function it publishes no keys: set BETTER_AUTH_SECRET instead.',
    followed: () => bySecret(),
  },
  {
    name: 'the keys cannot be reached: an error of the server',
    code: 'keys_unavailable',
    broken: async () => byKey(await keysAt({ status: 500 })),
    says: 'the issuer answered 500. Read the log of the sign-in server.',
    followed: async ({ token, env }) => ({ token, env: { ...env, ...(await keysAt({})) } }),
  },
  {
    name: 'the keys cannot be reached: a slow server',
    code: 'keys_unavailable',
    broken: async () => byKey({ ...(await keysAt({ afterMs: 400 })), JWKS_TIMEOUT_MS: '100' }),
    says: 'no answer within 100 ms. Set JWKS_TIMEOUT_MS=4000',
    followed: asTold,
  },
  {
    name: 'the keys cannot be reached: no server',
    code: 'keys_unavailable',
    broken: () => byKey({ BETTER_AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks' }),
    says: 'no connection. Start the sign-in server at http://127.0.0.1:9.',
    followed: async ({ token, env }) => ({ token, env: { ...env, ...(await keysAt({})) } }),
  },
  {
    name: 'the keys cannot be used: all of another kind',
    code: 'keys_unavailable',
    broken: async () => byKey(await keysAt({ body: JSON.stringify({ keys: [{ kid: 'a', kty: 'oct' }] }) })),
    says: 'can be used: no alg, and its kty and crv do not name one. Let the server sign with EdDSA',
    followed: async ({ token, env }) => ({ token, env: { ...env, ...(await keysAt({})) } }),
  },
  {
    name: 'the keys cannot be used: a copy of the set without a usable key',
    code: 'keys_unavailable',
    broken: () => byKey(inline({ kty: 'OKP' })),
    says: 'No key in BETTER_AUTH_JWKS can be used: no kid. Set BETTER_AUTH_JWKS to the current answer',
    followed: () => byKey(inline(ED.jwk)),
  },
  {
    name: 'another secret',
    code: 'bad_signature',
    broken: () => bySecret({}, { BETTER_AUTH_SECRET: OTHER_SECRET }),
    says: 'Set BETTER_AUTH_SECRET (or BETTER_AUTH_SECRETS) of the API to the secret of the server',
    followed: ({ token }) => ({ token, env: BY_SECRET }),
  },
  {
    name: 'an ID token',
    code: 'id_token',
    broken: () => bySecret({ nonce: 'n' }),
    says: `Send the access_token of the same answer. To get it as a JWT, ask with resource=${ISSUER}.`,
    followed: () => bySecret({ client_id: 'app', scope: 'tasks:read' }),
  },
  {
    name: 'an issuer with a path',
    code: 'wrong_issuer',
    broken: () => issued({ issuer: `${ISSUER}/api/auth` }),
    says: 'BETTER_AUTH_URL cannot name it, because only its origin counts. If you trust that server, set JWT_ISSUER=',
    followed: asTold,
  },
  {
    name: 'another issuer',
    code: 'wrong_issuer',
    broken: () => bySecret({ iss: 'https://preview.example.com' }),
    says: `set JWT_ISSUER=${ISSUER},https://preview.example.com of the API`,
    followed: asTold,
  },
  {
    name: 'an issuer that no setting can hold',
    code: 'wrong_issuer',
    broken: () => issued({ issuer: 'a, b' }, {}),
    says: 'Set jwt.issuer of the jwt() plugin to http://127.0.0.1:',
    followed: newToken,
  },
  {
    name: 'no issuer',
    code: 'wrong_issuer',
    broken: () => bySecret({ iss: undefined }),
    says: 'Let the sign function keep the iss that the jwt() plugin passes to it.',
    followed: () => signedWithout(undefined),
  },
  {
    name: 'another audience',
    code: 'wrong_audience',
    broken: () => issued({ audience: ['tasks-api', 'other'] }),
    says: 'are meant for this API too, set JWT_AUDIENCE=',
    followed: asTold,
  },
  {
    name: 'another audience, set right at the server',
    code: 'wrong_audience',
    broken: () => issued({ audience: 'other-api' }, { JWT_AUDIENCE: 'tasks-api' }),
    says: 'Set jwt.audience of the jwt() plugin to tasks-api.',
    followed: () => issued({ audience: 'tasks-api' }, { JWT_AUDIENCE: 'tasks-api' }),
  },
  {
    name: 'the audience of another resource',
    code: 'wrong_audience',
    broken: () => bySecret({ client_id: 'app', scope: 'tasks:read', aud: ['https://other.example'] }),
    says: `Ask the token endpoint with resource=${ISSUER}.`,
    followed: () => bySecret({ client_id: 'app', scope: 'tasks:read', aud: ISSUER }),
  },
  {
    name: 'an expiry in milliseconds',
    code: 'malformed_claims',
    broken: () => issued({ expirationTime: Date.now() + 900_000 }),
    says: "Its exp is in milliseconds. A JWT holds seconds. Set expirationTime of the jwt() plugin to a duration such as '15m'",
    followed: () => issued({ expirationTime: '15m' }),
  },
  {
    name: 'a time that is text',
    code: 'malformed_claims',
    broken: () => bySecret({ nbf: 'today' }),
    says: 'Its nbf is "today", which is not a number of seconds. Let definePayload of the jwt() plugin omit nbf.',
    followed: fromGoodSigner,
  },
  {
    name: 'a bound token',
    code: 'sender_constrained_token',
    broken: () => bySecret({ client_id: 'app', cnf: { jkt: 'x' } }),
    says: 'Ask for the token without a DPoP proof',
    followed: () => bySecret({ client_id: 'app' }),
  },
  {
    name: 'a scope that is not text',
    code: 'malformed_client',
    broken: () => bySecret({ client_id: 'app', scope: ['tasks:read'] }),
    says: 'Let the signer keep scope, client_id and azp as the OAuth provider writes them',
    followed: () => bySecret({ client_id: 'app', scope: 'tasks:read' }),
  },
  {
    name: 'a client as its own user',
    code: 'client_as_subject',
    broken: () => bySecret({ client_id: 'app', sub: 'app' }),
    says: 'Use the authorization code flow',
    followed: () => bySecret({ client_id: 'app', sub: 'user-1' }),
  },
  {
    name: 'claims that are too large',
    code: 'claims_too_large',
    broken: () => issued({ definePayload: () => ({ note: 'x'.repeat(1100) }) }, { TOKEN_CLAIMS: 'note' }),
    says: 'or remove them from TOKEN_CLAIMS',
    followed: ({ token, env: { TOKEN_CLAIMS: _removed, ...env } }) => ({ token, env }),
  },
  {
    name: 'no expiry',
    code: 'missing_expiry',
    broken: () => signedWithout('exp'),
    says: 'Let the sign function keep the exp that the jwt() plugin passes to it.',
    followed: () => signedWithout(undefined),
  },
  {
    name: 'an expired token',
    code: 'token_expired',
    broken: () => bySecret({ iat: 1_700_000_000, exp: 1_700_000_900 }),
    says: 'Get a new token',
    followed: newToken,
  },
  {
    name: 'an expiry before the issue',
    code: 'token_expired',
    broken: () => issued({ expirationTime: 900 }),
    says: "Its exp is before its iat: it was never valid. Set expirationTime of the jwt() plugin to a duration such as '15m'",
    followed: () => issued({ expirationTime: '15m' }),
  },
  {
    name: 'a clock that is ahead, in nbf',
    code: 'token_not_active',
    broken: () => bySecret({ nbf: Math.floor(Date.now() / 1000) + 60 }),
    says: 'raise CLOCK_TOLERANCE_SECONDS',
    followed: ({ token, env }) => ({ token, env: { ...env, CLOCK_TOLERANCE_SECONDS: '120' } }),
  },
  {
    name: 'a clock that is ahead, in iat',
    code: 'issued_in_future',
    broken: () => bySecret({ iat: Math.floor(Date.now() / 1000) + 60 }),
    says: 'raise CLOCK_TOLERANCE_SECONDS',
    followed: ({ token, env }) => ({ token, env: { ...env, CLOCK_TOLERANCE_SECONDS: '120' } }),
  },
  {
    name: 'no time of issue where its age counts',
    code: 'missing_issued_at',
    broken: () => signedWithout('iat', { ACCESS_TOKEN_EXPIRE_MINUTES: '15' }),
    says: 'Let the sign function keep the iat',
    followed: () => signedWithout(undefined, { ACCESS_TOKEN_EXPIRE_MINUTES: '15' }),
  },
  {
    name: 'a token that is too old',
    code: 'token_too_old',
    broken: () =>
      bySecret({ iat: Math.floor(Date.now() / 1000) - 3600 }, { ACCESS_TOKEN_EXPIRE_MINUTES: '15' }),
    says: 'It was issued 1 hour ago. ACCESS_TOKEN_EXPIRE_MINUTES sets the limit. Get a new token',
    followed: () => issued({}, { ACCESS_TOKEN_EXPIRE_MINUTES: '15' }),
  },
  {
    name: 'an empty subject',
    code: 'missing_subject',
    broken: () => issued({ getSubject: () => '' }),
    says: 'Let getSubject of the jwt() plugin return the user id, or remove getSubject.',
    followed: newToken,
  },
  {
    name: 'a subject that is too long',
    code: 'invalid_subject',
    broken: () => issued({ getSubject: () => 'x'.repeat(129) }),
    says: 'Let getSubject of the jwt() plugin return the user id',
    followed: () => issued({ getSubject: ({ user }) => user.id }),
  },
  {
    name: 'an address of which the token says nothing',
    code: 'email_verification_unknown',
    broken: () => issued({ definePayload: () => ({}) }, { REQUIRE_VERIFIED_EMAIL: 'true' }),
    says: 'Let definePayload of the jwt() plugin (customAccessTokenClaims of the OAuth provider) add emailVerified',
    followed: () =>
      issued({ definePayload: () => ({ emailVerified: true }) }, { REQUIRE_VERIFIED_EMAIL: 'true' }),
  },
  {
    name: 'an address that is not verified',
    code: 'email_not_verified',
    broken: () => issued({}, { REQUIRE_VERIFIED_EMAIL: 'true' }),
    says: 'or unset REQUIRE_VERIFIED_EMAIL',
    followed: ({ token, env: { REQUIRE_VERIFIED_EMAIL: _unset, ...env } }) => ({ token, env }),
  },
];

/** The report in one line, as a reader takes it in. */
const inOneLine = (report: string) => report.replace(/\s+/g, ' ');

describe('the advice for a refused token', () => {
  it.each(CASES)(
    '$name ($code): followed, the API accepts the token',
    async ({ code, broken, says, followed }) => {
      const attempt = await broken();
      const { accepted, report } = await explained(attempt);
      expect(accepted).toBe(false);
      expect(report).toMatch(new RegExp(`The API refuses it: (401|403|503) ${code}\\.`));
      expect(inOneLine(report)).toContain(says);
      const after = await explained(await followed(attempt, settingsIn(report)));
      expect(after.report).toContain('The API accepts it.');
    },
  );

  it('is followed here for each code but the one of a missing header, which is never explained', () => {
    const codes = [
      ...Object.keys(REJECTIONS),
      'keys_unavailable',
      'email_not_verified',
      'email_verification_unknown',
    ];
    const followed = new Set(['missing_token', ...CASES.map(({ code }) => code)]);
    expect(codes.filter((code) => !followed.has(code))).toEqual([]);
  });
});

describe('the advice for a Better Auth server whose table of keys is full', () => {
  it.each([
    ['with 100 published keys', true, 'unknown_key', 'is not among the 100 keys at BETTER_AUTH_JWKS_URL.'],
    [
      'with keys that are no longer published',
      false,
      'keys_unavailable',
      'The key set at BETTER_AUTH_JWKS_URL is empty.',
    ],
  ])('%s: deleteAllKeys, and the API accepts a new token', async (_name, published, code, says) => {
    const { attempt, deleteAll } = await fullTable({ published });
    const { report } = await explained(await attempt());
    expect(report).toContain(code);
    expect(inOneLine(report)).toContain(
      `${says} The jwks table of the Better Auth server is full: run deleteAllKeys`,
    );
    await deleteAll();
    expect((await explained(await attempt())).accepted).toBe(true);
  });

  it('is given with a condition where the set is smaller', async () => {
    const others = ['a', 'b', 'c'].map((kid) => makeKeyPair('EdDSA', kid).jwk);
    const env = await keysAt({ body: JSON.stringify({ keys: others }) });
    const { report } = await explained(byKey(env));
    expect(inOneLine(report)).toContain(
      'If each new token names another kid: The jwks table of the Better Auth',
    );
  });
});
