import type { CryptoKey, JWK } from 'jose';
import { JWSSignatureVerificationFailed } from 'jose/errors';
import { compactVerify } from 'jose/jws/compact/verify';
import { importJWK } from 'jose/key/import';
import type { Log } from '../common/log.ts';
import { type CompactToken, parseJson } from './compact-token.ts';
import { fetchKeySet, KeySetFetchFailed } from './fetch-key-set.ts';
import type { Get } from './get.ts';
import { type FindKey, makeKeyCache } from './key-cache.ts';
import { isKeySetAlgorithm, type KeySetSource } from './key-set-source.ts';
import { KeysUnavailable, Rejection } from './rejections.ts';
import type { VerifySignature } from './shared-secret.ts';

export interface KeySetDeps {
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How the issuer is reached. */
  readonly fetch?: Get | undefined;
  /** Fetches a published set at once instead of with the first token that needs it. */
  readonly prefetch?: boolean | undefined;
}

type VerificationKeys = ReadonlyMap<string, CryptoKey>;

const RSA_MODULUS_MIN_BITS = 2048;

/**
 * Verifies signatures with the issuer's public keys, over jose. The key is found by `kid` and algorithm together, so
 * a token cannot use a key with another algorithm than the key's own.
 */
export function makeVerifyKeySet(source: KeySetSource, deps: KeySetDeps): VerifySignature {
  const findKey = makeFindKey(source, deps);
  return async ({ compact, algorithm, keyId, payload }: CompactToken) => {
    if (!keyId) throw new Rejection('unknown_key');
    await findKey(identify(keyId, algorithm), (key) => isSignedBy(key, compact, algorithm));
    return parseJson(payload);
  };
}

async function isSignedBy(key: CryptoKey, compact: string, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(compact, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof JWSSignatureVerificationFailed) return false;
    throw error;
  }
}

/** The key of RFC 8037 appendix A.2. */
const SAMPLE_KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
/** A signature of zeros: it is wrong, which takes as long to find as a right one, and it is short in the bundle. */
const SAMPLE_MESSAGE = `eyJhbGciOiJFZERTQSJ9..${'A'.repeat(86)}`;

/**
 * Verifies a sample while the key set is on its way. The first import and the first verification of a process take far
 * longer than the next ones, because Node.js loads what they need. The outcome decides nothing.
 */
export async function rehearse(): Promise<boolean> {
  const key = await importPublic(SAMPLE_KEY, 'EdDSA');
  return isSignedBy(key as CryptoKey, SAMPLE_MESSAGE, 'EdDSA');
}

function makeFindKey(source: KeySetSource, { log, now, fetch, prefetch }: KeySetDeps): FindKey<CryptoKey> {
  if (source.kind === 'inline') {
    let imported: Promise<VerificationKeys> | undefined;
    return async (id, fits) => {
      imported ??= importKeys(source.keys, log);
      const keys = await imported;
      if (keys.size === 0) throw new KeysUnavailable();
      const key = keys.get(id);
      if (!key) throw new Rejection('unknown_key');
      if (!(await fits(key))) throw new Rejection('bad_signature');
      return key;
    };
  }
  const { url, timeoutMs, maxStaleMs } = source;
  const load = async () => {
    try {
      return requireKeys(await importKeys(await fetchKeySet(url, { timeoutMs, get: fetch }), log));
    } catch (error) {
      log.warn('key set not loaded', {
        reason: error instanceof KeySetFetchFailed ? error.message : 'unexpected',
      });
      throw error;
    }
  };
  // A failure of it has nothing to say: the real verification would fail in the same way.
  if (prefetch) setImmediate(() => rehearse().catch(() => undefined));
  return makeKeyCache({ load, maxStaleMs, now, prefetchWithinMs: prefetch ? timeoutMs : undefined });
}

/** A set without one usable key is a fault of its publisher. Taking it for "no key is valid" would sign everyone out. */
function requireKeys(keys: VerificationKeys): VerificationKeys {
  if (keys.size === 0) throw new KeySetFetchFailed('the key set holds no usable key');
  return keys;
}

/** Unambiguous for every `kid`: the algorithm comes first, and it is a name without spaces from our own list. */
function identify(keyId: string, algorithm: string): string {
  return `${algorithm} ${keyId}`;
}

/** Imports what can be used and skips the rest, each with one line, so that one odd key never harms the others. */
async function importKeys(candidates: readonly unknown[], log: Log): Promise<VerificationKeys> {
  const keys = new Map<string, CryptoKey>();
  for (const [index, candidate] of candidates.entries()) {
    const usable = await importKey(candidate);
    if ('reason' in usable) log.warn('key skipped', { index, reason: usable.reason });
    else if (keys.has(usable.id))
      log.warn('key skipped', { index, reason: 'another key has its kid and alg' });
    else keys.set(usable.id, usable.key);
  }
  return keys;
}

type Usable = { readonly id: string; readonly key: CryptoKey } | { readonly reason: string };

async function importKey(candidate: unknown): Promise<Usable> {
  if (typeof candidate !== 'object' || candidate === null) return { reason: 'not an object' };
  const jwk = candidate as JWK;
  const { kid, use, key_ops: operations } = jwk;
  if (typeof kid !== 'string' || kid === '') return { reason: 'no kid' };
  const alg = jwk.alg === undefined ? soleAlgorithm(jwk) : jwk.alg;
  if (alg === undefined) return { reason: 'no alg, and its kty and crv do not name one' };
  if (!isKeySetAlgorithm(alg)) return { reason: 'an alg that is not supported' };
  if (use !== undefined && use !== 'sig') return { reason: 'not for signatures' };
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return { reason: 'not for verifying' };
  }
  const key = await importPublic(jwk, alg);
  return key ? { id: identify(kid, alg), key } : { reason: 'its members do not fit its alg' };
}

/** RFC 7517 §4.4 makes `alg` optional. Each of these curves serves one of our algorithms; an RSA key serves two. */
const ALGORITHM_OF_CURVE: ReadonlyMap<unknown, string> = new Map([
  ['OKP Ed25519', 'EdDSA'],
  ['EC P-256', 'ES256'],
  ['EC P-521', 'ES512'],
]);

function soleAlgorithm({ kty, crv }: JWK): string | undefined {
  return ALGORITHM_OF_CURVE.get(`${kty} ${crv}`);
}

/**
 * `undefined` when the key is not what its algorithm asks for. Only public members are read: a private key published by
 * mistake still verifies and never signs here.
 */
async function importPublic({ kty, crv, x, y, n, e }: JWK, alg: string): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK({ kty, crv, x, y, n, e } as JWK, alg);
    return key instanceof Uint8Array || isWeak(key) ? undefined : key;
  } catch {
    return undefined;
  }
}

function isWeak({ algorithm }: CryptoKey): boolean {
  if (!isRsa(algorithm)) return false;
  return algorithm.modulusLength < RSA_MODULUS_MIN_BITS || !isSound(algorithm.publicExponent);
}

/** Web Cryptography's RsaKeyAlgorithm. */
function isRsa(algorithm: object): algorithm is { modulusLength: number; publicExponent: Uint8Array } {
  return 'modulusLength' in algorithm;
}

/** Odd and at least 3 (RFC 8017 §3.1), here in big-endian bytes. With an exponent of 1 anybody can sign. */
function isSound(publicExponent: Uint8Array): boolean {
  const exponent = BigInt(`0x${Buffer.from(publicExponent).toString('hex')}`);
  return exponent >= 3n && exponent % 2n === 1n;
}
