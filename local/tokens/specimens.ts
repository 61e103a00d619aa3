import { randomBytes } from 'node:crypto';
import { readAuthorizerConfig, type SharedSecretConfig } from '../../authorizer/config.ts';
import type { RejectionCode } from '../../authorizer/rejections.ts';
import type { Env } from '../../common/env.ts';
import { LocalProblem } from '../settings/local-problem.ts';
import type { KeyPairAlgorithm } from '../settings/local-settings.ts';
import { startBetterAuthServer } from '../sign-in/better-auth-server.ts';
import { userIdOf } from '../sign-in/demo-user.ts';
import { type Credentials, fetchToken } from '../sign-in/sign-in.ts';
import { PLAIN_BAD_TOKENS } from './bad-tokens/plain.ts';
import { makeTokenMaker } from './bad-tokens/token-maker.ts';

type Claims = Readonly<Record<string, unknown>>;

const TOKEN_LIFETIME_S = 15 * 60;

/** The usual bad token for a reason. No Better Auth server issues these, so they are signed here. */
export function makeFaultyToken(reason: RejectionCode, email: string, env: Env): string {
  const { issuers, audiences, sharedSecret } = readAuthorizerConfig(env);
  const { secrets, algorithm } = requireSharedSecret(sharedSecret);
  const nowS = Math.floor(Date.now() / 1000);
  const maker = makeTokenMaker({
    nowS,
    secret: secrets[0] ?? '',
    otherSecret: randomBytes(32).toString('base64url'),
    algorithm,
    claims: { ...betterAuthClaims(email, nowS), iss: issuers[0], aud: audiences[0] },
  });
  const [usual] = PLAIN_BAD_TOKENS[reason];
  return String(usual.header(maker)).replace('Bearer ', '');
}

function requireSharedSecret(config: SharedSecretConfig | undefined): SharedSecretConfig {
  if (config !== undefined) return config;
  throw new LocalProblem(
    'This token would be signed with the shared secret, and the API has none. Unset LOCAL_AUTH_ALG.',
  );
}

/** As the `jwt()` plugin writes them. */
function betterAuthClaims(email: string, nowS: number): Claims {
  const id = userIdOf(email);
  const at = new Date(nowS * 1000).toISOString();
  return {
    iat: nowS,
    id,
    name: email.split('@')[0],
    email,
    emailVerified: false,
    createdAt: at,
    updatedAt: at,
    sub: id,
    exp: nowS + TOKEN_LIFETIME_S,
  };
}

/**
 * A token of a Better Auth server that signs differently from the running one. It uses a key pair that is not
 * published, or the shared secret with another hash. The server runs for this one token.
 */
export async function fetchTokenSignedWith(
  signing: KeyPairAlgorithm | SharedSecretConfig['algorithm'],
  credentials: Credentials,
  env: Env,
): Promise<string> {
  const { issuers, audiences, sharedSecret } = readAuthorizerConfig(env);
  const [issuer, audience] = [issuers[0], audiences[0]];
  const secret = sharedSecret?.secrets[0] ?? randomBytes(32).toString('base64url');
  const claim = { port: 0, purpose: 'a sign-in server for one token', variable: 'AUTH_PORT' };
  const baseUrl = 'http://localhost';
  const server = await startBetterAuthServer(claim, { baseUrl, issuer, audience, secret, signing });
  try {
    return await fetchToken(server.url, credentials);
  } finally {
    await server.stop();
  }
}
