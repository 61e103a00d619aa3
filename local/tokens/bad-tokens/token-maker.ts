import {
  encode,
  type HmacAlgorithm,
  hmacSigner,
  type Json,
  KEY_PAIR_ALGORITHMS,
  type KeyPair,
  type KeyPairAlgorithm,
  makeKeyPair,
  type Signer,
  signParts,
} from './sign.ts';

/** What one API accepts, and so what a bad token is made from. */
export interface GoodToken {
  readonly nowS: number;
  readonly secret: string;
  /** A secret that the API does not have. */
  readonly otherSecret: string;
  readonly algorithm?: HmacAlgorithm;
  /** Claims that the API accepts; a member that is `undefined` is left out. */
  readonly claims: Json;
}

export interface TokenParts {
  /** Added to the signer's header, `undefined` removing a member; a text or bytes replace the whole. */
  readonly header?: Json | string | Buffer;
  /** Changes to the claims of the good token; a text or bytes replace the whole. */
  readonly claims?: Json | string | Buffer;
}

/** A good token in its parts, with what signs changed ones. */
export interface TokenMaker extends GoodToken {
  readonly issuer: string;
  /** The secret that the API shares. */
  readonly hmac: Signer;
  /** One key pair for each algorithm. Made when first asked for, because an RSA key takes a while. */
  readonly pairs: readonly KeyPair[];
  readonly pair: (alg: KeyPairAlgorithm) => KeyPair;
  /** A key that the API does not know, under the id of one that it knows. */
  readonly attacker: KeyPair;
  readonly goodClaims: (changes?: Json) => Json;
  /** A token with a right signature over any parts. */
  readonly mint: (signer: Signer, parts?: TokenParts) => string;
}

/** Makes changed tokens from the good token of an API. */
export function makeTokenMaker(good: GoodToken): TokenMaker {
  const pairs = once(() => KEY_PAIR_ALGORITHMS.map((alg) => makeKeyPair(alg)));
  const attacker = once(() => makeKeyPair('EdDSA', 'EdDSA-key'));
  const goodClaims = (changes: Json = {}) => ({ ...good.claims, ...changes });
  return {
    ...good,
    issuer: String(good.claims['iss']),
    hmac: hmacSigner(good.secret, good.algorithm),
    get pairs() {
      return pairs();
    },
    pair: (alg) => pairs()[KEY_PAIR_ALGORITHMS.indexOf(alg)] as KeyPair,
    get attacker() {
      return attacker();
    },
    goodClaims,
    mint: (signer, { header = {}, claims = {} } = {}) => {
      const head = encode(isWhole(header) ? header : { ...signer.header, ...header });
      return signParts(signer, head, encode(isWhole(claims) ? claims : goodClaims(claims)));
    },
  };
}

function isWhole(part: Json | string | Buffer): part is string | Buffer {
  return typeof part === 'string' || Buffer.isBuffer(part);
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
