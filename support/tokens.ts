import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signWithKey,
} from 'node:crypto';

/** The clock of every test that does not start a server: 15 January 2027, 08:00:00 UTC. */
export const NOW_S = 1_800_000_000;
export const NOW_MS = NOW_S * 1000;
/** A clock that stands still. */
export const now = (): number => NOW_MS;

export const ISSUER = 'https://auth.example.com';
export const SECRET = 'a-throwaway-secret-for-tests-0123456789';
export const OTHER_SECRET = 'another-throwaway-secret-9876543210-abc';

export type Json = Readonly<Record<string, unknown>>;

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

/** Base64url of bytes, of a text as it stands, or of a value as JSON. */
export function encode(content: unknown): string {
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  const bytes = isRaw ? Buffer.from(content as string) : Buffer.from(JSON.stringify(content));
  return bytes.toString('base64url');
}

/** Signs anything whatever, as `header` says or not. */
export interface Signer {
  readonly header: Json;
  readonly sign: (input: string) => Buffer;
}

export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';
export type KeyPairAlgorithm = 'EdDSA' | 'ES256' | 'ES512' | 'RS256' | 'PS256';
export const KEY_PAIR_ALGORITHMS: readonly KeyPairAlgorithm[] = ['EdDSA', 'ES256', 'ES512', 'RS256', 'PS256'];

export function hmacSigner(secret: string | Buffer = SECRET, alg: HmacAlgorithm = 'HS256'): Signer {
  const hash = `sha${alg.slice(2)}`;
  return { header: { alg, typ: 'JWT' }, sign: (input) => createHmac(hash, secret).update(input).digest() };
}

/** A key pair with what its owner publishes (`jwk`) and what it keeps (`privateJwk`). */
export interface KeyPair extends Signer {
  readonly alg: KeyPairAlgorithm;
  readonly kid: string;
  readonly jwk: Json;
  readonly privateJwk: Json;
  readonly publicKey: KeyObject;
}

/** Makes a throwaway key pair. */
export function makeKeyPair(
  alg: KeyPairAlgorithm,
  kid: string = `${alg}-key`,
  { rsaBits = 2048, rsaExponent = 65_537 } = {},
): KeyPair {
  const { publicKey, privateKey } = generate(alg, rsaBits, rsaExponent);
  return {
    alg,
    kid,
    header: { alg, kid },
    sign: (input) => signWithKey(HASH_OF[alg], Buffer.from(input), { key: privateKey, ...SIGN_OPTIONS[alg] }),
    jwk: { ...publicKey.export({ format: 'jwk' }), alg, kid },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), alg, kid },
    publicKey,
  };
}

const HASH_OF = { EdDSA: null, ES256: 'sha256', ES512: 'sha512', RS256: 'sha256', PS256: 'sha256' } as const;

const SIGN_OPTIONS: Readonly<Record<KeyPairAlgorithm, Omit<SignKeyObjectInput, 'key'>>> = {
  EdDSA: {},
  ES256: { dsaEncoding: 'ieee-p1363' },
  ES512: { dsaEncoding: 'ieee-p1363' },
  RS256: {},
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
};

function generate(
  alg: KeyPairAlgorithm,
  rsaBits: number,
  rsaExponent: number,
): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'ES512') return generateKeyPairSync('ec', { namedCurve: 'P-521' });
  return generateKeyPairSync('rsa', { modulusLength: rsaBits, publicExponent: rsaExponent });
}

export interface TokenParts {
  /** Added to the signer's header, `undefined` removing a member; a text or bytes replace the whole. */
  readonly header?: Json | string | Buffer;
  /** Changes to {@link goodClaims}; a text or bytes replace the whole. */
  readonly claims?: Json | string | Buffer;
}

/** A token with a right signature over whatever it is told to hold. */
export function mint(signer: Signer, { header = {}, claims = {} }: TokenParts = {}): string {
  const isWhole = (part: unknown) => typeof part === 'string' || Buffer.isBuffer(part);
  const head = encode(isWhole(header) ? header : { ...signer.header, ...(header as Json) });
  const body = encode(isWhole(claims) ? claims : goodClaims(claims as Json));
  return signParts(signer, head, body);
}

/** Signs two segments as they are, whether they are base64url or not. */
export function signParts(signer: Signer, head: string, body: string): string {
  return `${head}.${body}.${signer.sign(`${head}.${body}`).toString('base64url')}`;
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
