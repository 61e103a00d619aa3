import {
  type HmacAlgorithm,
  type Json,
  type Signer,
  hmacSigner as signerOf,
} from '../local/tokens/bad-tokens/sign.ts';
import { makeTokenMaker } from '../local/tokens/bad-tokens/token-maker.ts';

export {
  encode,
  type HmacAlgorithm,
  type Json,
  KEY_PAIR_ALGORITHMS,
  type KeyPair,
  makeKeyPair,
  type Signer,
  signParts,
} from '../local/tokens/bad-tokens/sign.ts';
export type { TokenParts } from '../local/tokens/bad-tokens/token-maker.ts';

/** The clock of every test that does not start a server: 15 January 2027, 08:00:00 UTC. */
export const NOW_S = 1_800_000_000;
export const NOW_MS = NOW_S * 1000;
/** A clock that stands still. */
export const now = (): number => NOW_MS;

export const ISSUER = 'https://auth.example.com';
export const SECRET = 'a-throwaway-secret-for-tests-0123456789';
export const OTHER_SECRET = 'another-throwaway-secret-9876543210-abc';

/** Claims of a token as Better Auth's `jwt()` plugin writes them; a member set to `undefined` is left out. */
export function goodClaims(changes: Json = {}): Json {
  return {
    iat: NOW_S - 60,
    name: 'Ann Žluťoučká',
    email: 'ann@example.com',
    emailVerified: true,
    image: null,
    createdAt: '2027-01-01T00:00:00.000Z',
    updatedAt: '2027-01-01T00:00:00.000Z',
    id: 'user-1',
    sub: 'user-1',
    exp: NOW_S + 840,
    iss: ISSUER,
    aud: ISSUER,
    ...changes,
  };
}

/** Makes every token of the tests from {@link goodClaims}. */
export const tokenMaker = makeTokenMaker({
  nowS: NOW_S,
  secret: SECRET,
  otherSecret: OTHER_SECRET,
  claims: goodClaims(),
});

/** A token with a right signature over any parts, which change {@link goodClaims}. */
export const mint = tokenMaker.mint;

/** Signs with the secret of the tests unless another is given. */
export function hmacSigner(secret: string | Buffer = SECRET, alg: HmacAlgorithm = 'HS256'): Signer {
  return signerOf(secret, alg);
}

export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** Lifetime of what {@link authorizationOf} mints. */
const LIFETIME_S = 3600;

/** An Authorization header of a user, valid by the clock of the machine for an hour. */
export function authorizationOf(user: string): string {
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { sub: user, id: user, iat: nowS, exp: nowS + LIFETIME_S };
  return bearer(mint(hmacSigner(), { claims }));
}
