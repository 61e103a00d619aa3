import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signWithKey,
} from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

/** Base64url of bytes, of a text as it stands, or of a value as JSON. */
export function encode(content: unknown): string {
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  const bytes = isRaw ? Buffer.from(content as string) : Buffer.from(JSON.stringify(content));
  return bytes.toString('base64url');
}

/** Signs any text. The header may name another algorithm than the one that signs. */
export interface Signer {
  readonly header: Json;
  readonly sign: (input: string) => Buffer;
}

export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';
export type KeyPairAlgorithm = 'EdDSA' | 'ES256' | 'ES512' | 'RS256' | 'PS256';
export const KEY_PAIR_ALGORITHMS: readonly KeyPairAlgorithm[] = ['EdDSA', 'ES256', 'ES512', 'RS256', 'PS256'];

export function hmacSigner(secret: string | Buffer, alg: HmacAlgorithm = 'HS256'): Signer {
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

/** Signs two segments as they are, whether they are base64url or not. */
export function signParts(signer: Signer, head: string, body: string): string {
  return `${head}.${body}.${signer.sign(`${head}.${body}`).toString('base64url')}`;
}
