import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { CompactToken } from './compact-token.ts';
import type { SharedSecretConfig } from './config.ts';
import { Rejection } from './rejections.ts';

/**
 * The JSON of the payload when the signature is right, nothing about it checked. @throws {Rejection} when it is not.
 * Anything else thrown is our fault.
 */
export type VerifySignature = (token: CompactToken) => Promise<unknown> | unknown;

/**
 * The signature of a longer token is checked before jsonwebtoken parses it, because parsing can be made five times as
 * expensive as the check. Tokens of the usual length are parsed first, which saves a valid token the second MAC.
 */
const PARSED_FIRST_MAX = 1024;

/** Made once: the stack of another one would cost half as much as the check of a signature, and it is never read. */
const BAD_SIGNATURE = new Rejection('bad_signature');

/**
 * Verifies HMAC signatures with the secret(s) Better Auth signs with, over jsonwebtoken (docs/adr/0002).
 *
 * jsonwebtoken checks only the signature. It accepts a token without `exp` or `sub`, or with an unknown `crit`, so header
 * and claims are checked separately. The keys are `KeyObject`s because with a string jsonwebtoken tries to
 * parse a public key first, on every call.
 */
export function makeVerifySharedSecret(config: SharedSecretConfig): VerifySignature {
  const keys = config.secrets.map((secret) => createSecretKey(secret, 'utf8'));
  const options: jwt.VerifyOptions = {
    algorithms: [config.algorithm],
    ignoreExpiration: true,
    ignoreNotBefore: true,
  };
  const hash = `sha${config.algorithm.slice(2)}`;
  return ({ compact }) => {
    const isSearched = keys.length > 1 || compact.length > PARSED_FIRST_MAX;
    const key = isSearched ? findKey(keys, hash, compact) : keys[0];
    const payload = key && findPayload(compact, key, options);
    if (payload === undefined) throw BAD_SIGNATURE;
    return payload;
  };
}

/**
 * The key a token is signed with; jsonwebtoken has the last word on it. All are tried, in their order and in constant
 * time. To ask jsonwebtoken about each would make a forged token cost sixteen times a valid one.
 */
function findKey(keys: readonly KeyObject[], hash: string, compact: string): KeyObject | undefined {
  const end = compact.lastIndexOf('.');
  const signature = Buffer.from(compact.slice(end + 1), 'base64url');
  const matches = keys.map((key) => {
    const expected = createHmac(hash, key).update(compact.slice(0, end)).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  return keys[matches.indexOf(true)];
}

/** `undefined` when the signature is not by this key. */
function findPayload(compact: string, key: KeyObject, options: jwt.VerifyOptions): unknown {
  try {
    return jwt.verify(compact, key, options);
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError && error.message === 'invalid signature') return undefined;
    // It parses the payload before it looks at the signature.
    if (error instanceof SyntaxError) throw new Rejection('malformed_token');
    throw error;
  }
}
