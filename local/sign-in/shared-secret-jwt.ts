import { jwt } from 'better-auth/plugins/jwt';
import { SignJWT } from 'jose';

export interface SharedSecretJwtOptions {
  /** Exactly what the API has in BETTER_AUTH_SECRET, or the first entry of BETTER_AUTH_SECRETS. */
  readonly secret: string;
  /** What the API has in ALGORITHM. */
  readonly algorithm: 'HS256' | 'HS384' | 'HS512';
  /** Address of the Better Auth server. */
  readonly baseUrl: string;
  /** Only when the API expects other claims than the origin of `baseUrl` (JWT_ISSUER, JWT_AUDIENCE). */
  readonly claims?: {
    readonly issuer?: string;
    readonly audience?: string;
    readonly expirationTime?: string;
  };
}

/**
 * Better Auth's `jwt()` plugin, made to sign with the shared secret. Copy this into your own Better Auth server to use
 * the API in shared-secret mode.
 *
 * The plugin cannot do it by itself (better-auth issues 390 and 7245). It accepts a custom `sign` only together with
 * `jwks.remoteUrl` and an algorithm. That address is never fetched, because there is no public key.
 */
export function sharedSecretJwt({ secret, algorithm, baseUrl, claims }: SharedSecretJwtOptions) {
  const key = new TextEncoder().encode(secret);
  return jwt({
    jwks: { remoteUrl: `${new URL(baseUrl).origin}/api/auth/jwks`, keyPairConfig: { alg: 'EdDSA' } },
    jwt: {
      ...claims,
      sign: (payload) => new SignJWT(payload).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).sign(key),
    },
  });
}
