import { bearer } from 'better-auth/plugins/bearer';
import { jwt } from 'better-auth/plugins/jwt';
import { magicLink } from 'better-auth/plugins/magic-link';
import { oneTimeToken } from 'better-auth/plugins/one-time-token';
import { decodeJwt } from 'jose';
import type { Env } from '../../common/env.ts';
import { sharedSecretJwt } from '../../local/sign-in/shared-secret-jwt.ts';
import type { BetterAuthServer, Configure, ServerFacts } from '../../support/better-auth.ts';
import { SECRET } from '../../support/tokens.ts';
import type { Kind } from './issued-tokens.ts';

/** One way to set Better Auth up, how the API is set up for it, and the verdict on everything it then issues. */
export interface Configuration {
  readonly name: string;
  readonly configure: Configure;
  /** Settings of the API in addition to BETTER_AUTH_URL. */
  readonly env: (server: BetterAuthServer) => Env;
  /** BETTER_AUTH_URL, when it is not the origin of the server. */
  readonly address?: (server: BetterAuthServer) => string;
  readonly verdicts: Readonly<Partial<Record<Kind, string>>>;
}

/** The recipe that docs/front-end.md tells users to copy, in a server of the tests. */
export const hs256 = ({ origin, secret }: Pick<ServerFacts, 'origin' | 'secret'>) =>
  sharedSecretJwt({ secret, algorithm: 'HS256', baseUrl: origin });

const bySecret = (): Env => ({ BETTER_AUTH_SECRET: SECRET });
const byKeys = ({ jwksUrl }: BetterAuthServer): Env => ({ BETTER_AUTH_JWKS_URL: jwksUrl });
/** Both modes on: the setting that accepts the most, so that a refusal does not come from a mode that is off. */
const byBoth = (server: BetterAuthServer): Env => ({ ...bySecret(), ...byKeys(server) });

/** Session tokens are no JWTs in any configuration. */
const OPAQUE = { sessionToken: 'not_a_jwt', sessionCookie: 'not_a_jwt' } as const;
const ACCEPTED = { accessToken: 'allow', sessionHeader: 'allow' } as const;

const keyPairs = (alg: 'EdDSA' | 'ES256' | 'ES512' | 'RS256' | 'PS256'): Configuration => ({
  name: `jwt() with ${alg}${alg === 'EdDSA' ? ', the default' : ''}`,
  configure: () => ({ plugins: [jwt({ jwks: { keyPairConfig: { alg } } })] }),
  env: byBoth,
  verdicts: { ...OPAQUE, ...ACCEPTED },
});

const mailers = ({ mails }: ServerFacts) => ({
  emailAndPassword: {
    enabled: true,
    sendResetPassword: async ({ token }: { token: string }) =>
      void mails.push({ kind: 'resetPassword', token }),
  },
  emailVerification: {
    sendOnSignUp: true,
    sendVerificationEmail: async ({ token }: { token: string }) =>
      void mails.push({ kind: 'updateTo' in decodeJwt(token) ? 'changeEmail' : 'verifyEmail', token }),
  },
  user: { changeEmail: { enabled: true } },
});

export const CONFIGURATIONS: readonly Configuration[] = [
  {
    name: 'jwt() with a custom HS256 sign',
    configure: (facts) => ({ plugins: [hs256(facts)] }),
    env: bySecret,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with a custom HS256 sign and a list of secrets',
    configure: (facts) => ({
      secrets: [
        { version: 2, value: facts.secret },
        { version: 1, value: `old-${facts.secret}` },
      ],
      plugins: [hs256(facts)],
      ...mailers(facts),
    }),
    env: () => ({ BETTER_AUTH_SECRETS: `2:${SECRET},1:old-${SECRET}` }),
    verdicts: {
      ...OPAQUE,
      ...ACCEPTED,
      verifyEmail: 'email_verification_token',
      changeEmail: 'email_verification_token',
      resetPassword: 'not_a_jwt',
    },
  },
  keyPairs('EdDSA'),
  keyPairs('ES256'),
  keyPairs('ES512'),
  keyPairs('RS256'),
  keyPairs('PS256'),
  {
    name: 'jwt() with the key set on another path',
    configure: () => ({ plugins: [jwt({ jwks: { jwksPath: '/.well-known/jwks.json' } })] }),
    env: ({ jwksUrl }) => ({ BETTER_AUTH_JWKS_URL: jwksUrl.replace('/jwks', '/.well-known/jwks.json') }),
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with definePayload that leaves only the role',
    configure: () => ({ plugins: [jwt({ jwt: { definePayload: () => ({ role: 'user' }) } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with definePayload that adds the session',
    configure: () => ({
      plugins: [jwt({ jwt: { definePayload: ({ user, session }) => ({ user, session }) } })],
    }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with getSubject',
    configure: () => ({ plugins: [jwt({ jwt: { getSubject: ({ user }) => user.email } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with getSubject that gives more than an id can be',
    configure: () => ({ plugins: [jwt({ jwt: { getSubject: () => 'x'.repeat(129) } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: 'invalid_subject', sessionHeader: 'invalid_subject' },
  },
  {
    name: 'jwt() with issuer and audience, the API with JWT_ISSUER and JWT_AUDIENCE',
    configure: () => ({ plugins: [jwt({ jwt: { issuer: 'urn:sign-in', audience: 'tasks-api' } })] }),
    env: (server) => ({ ...byBoth(server), JWT_ISSUER: 'urn:sign-in', JWT_AUDIENCE: 'tasks-api' }),
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with several audiences, the API with one of them',
    configure: ({ origin }) => ({ plugins: [jwt({ jwt: { audience: ['mail-api', origin] as never } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with issuer and audience, the API without',
    configure: ({ origin }) => ({ plugins: [jwt({ jwt: { issuer: origin, audience: 'tasks-api' } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: 'wrong_audience', sessionHeader: 'wrong_audience' },
  },
  {
    name: 'jwt() with an expiry of ten years, the API without a maximum age',
    configure: () => ({ plugins: [jwt({ jwt: { expirationTime: '10y' } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'jwt() with an expiry in the past',
    configure: () => ({ plugins: [jwt({ jwt: { expirationTime: '-1m' } })] }),
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: 'token_expired', sessionHeader: 'token_expired' },
  },
  {
    name: 'jwt() with nbf a minute ahead',
    configure: () => ({
      plugins: [jwt({ jwt: { definePayload: () => ({ nbf: Math.floor(Date.now() / 1000) + 60 }) } })],
    }),
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: '~token_not_active', sessionHeader: '~token_not_active' },
  },
  {
    name: 'a base URL with a slash, on both sides',
    configure: ({ origin }) => ({ baseURL: `${origin}/`, plugins: [jwt()] }),
    address: ({ origin }) => `${origin}/`,
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'a base URL with a path, on both sides',
    configure: ({ origin }) => ({ baseURL: `${origin}/api/auth`, plugins: [jwt()] }),
    address: ({ origin }) => `${origin}/api/auth`,
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'another base path, the API given the origin alone',
    configure: () => ({ basePath: '/sign-in', plugins: [jwt()] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
  {
    name: 'a base URL on another port than the API was told',
    configure: () => ({ plugins: [jwt()] }),
    address: () => 'http://127.0.0.1:1',
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: 'wrong_issuer', sessionHeader: 'wrong_issuer' },
  },
  {
    name: 'a base URL by name where the API was told the address',
    configure: ({ origin }) => ({ baseURL: origin.replace('127.0.0.1', 'localhost'), plugins: [jwt()] }),
    env: byBoth,
    verdicts: { ...OPAQUE, accessToken: 'wrong_issuer', sessionHeader: 'wrong_issuer' },
  },
  {
    name: 'cookie cache of strategy jwt',
    configure: (facts) => ({
      session: { cookieCache: { enabled: true, strategy: 'jwt' } },
      plugins: [hs256(facts)],
    }),
    env: bySecret,
    verdicts: { ...OPAQUE, ...ACCEPTED, sessionCacheCookie: 'session_cookie_token' },
  },
  {
    name: 'cookie cache of strategy compact',
    configure: (facts) => ({
      session: { cookieCache: { enabled: true, strategy: 'compact' } },
      plugins: [hs256(facts)],
    }),
    env: bySecret,
    verdicts: { ...OPAQUE, ...ACCEPTED, sessionCacheCookie: 'not_a_jwt' },
  },
  {
    name: 'cookie cache of strategy jwe',
    configure: (facts) => ({
      session: { cookieCache: { enabled: true, strategy: 'jwe' } },
      plugins: [hs256(facts)],
    }),
    env: bySecret,
    verdicts: { ...OPAQUE, ...ACCEPTED, sessionCacheCookie: 'encrypted_token' },
  },
  {
    name: 'jwt() with sessionCookieCache',
    configure: () => ({
      session: { cookieCache: { enabled: true, strategy: 'jwt' } },
      plugins: [jwt({ sessionCookieCache: true })],
    }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED, sessionCacheCookie: 'session_cookie_token' },
  },
  {
    name: 'mails that verify and change addresses and reset passwords',
    configure: (facts) => ({ ...mailers(facts), plugins: [hs256(facts)] }),
    env: bySecret,
    verdicts: {
      ...OPAQUE,
      ...ACCEPTED,
      verifyEmail: 'email_verification_token',
      changeEmail: 'email_verification_token',
      resetPassword: 'not_a_jwt',
    },
  },
  {
    name: 'mails and key pairs, the API in both modes',
    configure: (facts) => ({ ...mailers(facts), plugins: [jwt()] }),
    env: byBoth,
    verdicts: {
      ...OPAQUE,
      ...ACCEPTED,
      verifyEmail: 'email_verification_token',
      changeEmail: 'email_verification_token',
      resetPassword: 'not_a_jwt',
    },
  },
  {
    name: 'mails and key pairs, the API in JWKS mode alone',
    configure: (facts) => ({ ...mailers(facts), plugins: [jwt()] }),
    env: byKeys,
    verdicts: {
      ...OPAQUE,
      ...ACCEPTED,
      verifyEmail: 'unsupported_algorithm',
      changeEmail: 'unsupported_algorithm',
      resetPassword: 'not_a_jwt',
    },
  },
  {
    name: 'key pairs, the API in shared-secret mode alone',
    configure: () => ({ plugins: [jwt()] }),
    env: bySecret,
    verdicts: { ...OPAQUE, accessToken: 'unsupported_algorithm', sessionHeader: 'unsupported_algorithm' },
  },
  {
    name: 'another secret than the API has',
    configure: (facts) => ({ plugins: [hs256({ ...facts, secret: `not-${SECRET}` })] }),
    env: bySecret,
    verdicts: { ...OPAQUE, accessToken: 'bad_signature', sessionHeader: 'bad_signature' },
  },
  {
    name: 'bearer, one-time-token and magic-link plugins',
    configure: ({ mails }) => ({
      plugins: [
        jwt(),
        bearer(),
        oneTimeToken(),
        magicLink({ sendMagicLink: ({ token }) => void mails.push({ kind: 'magicLink', token }) }),
      ],
    }),
    env: byBoth,
    verdicts: {
      ...OPAQUE,
      ...ACCEPTED,
      bearerToken: 'not_a_jwt',
      oneTimeToken: 'not_a_jwt',
      magicLink: 'not_a_jwt',
    },
  },
  {
    name: 'a dynamic base URL',
    configure: ({ origin }) => ({ baseURL: { allowedHosts: [new URL(origin).host] }, plugins: [jwt()] }),
    env: byBoth,
    verdicts: { ...OPAQUE, ...ACCEPTED },
  },
];
