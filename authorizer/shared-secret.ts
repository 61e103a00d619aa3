import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { CompactToken } from './compact-token.ts';
import type { SharedSecretConfig } from './config.ts';
import { Rejection } from './rejections.ts';

/**
 * The JSON of the payload when the signature is right, nothing about it checked. @throws {Rejection} when it is not.
 * Anything else thrown is our fault.
 */
export type VerifySignature = (token: CompactToken) => Promise<unknown> | unknown;

/** Made once: the stack of another one would cost half as much as the check of a signature, and nobody reads it. */
const BAD_SIGNATURE = new Rejection('bad_signature');

/**
 * Verifies HMAC signatures with the secret(s) Better Auth signs with, over jsonwebtoken (docs/adr/0002).
 *
 * Only the signature is jsonwebtoken's: it lets a token without `exp`, with an unknown `crit` or without `sub` pass,
 * so header and claims are checked beside it. The keys are `KeyObject`s because with a string jsonwebtoken tries to
 * parse a public key first, on every call.
 */
export function makeVerifySharedSecret(config: SharedSecretConfig): VerifySignature {
  const keys = config.secrets.map((secret) => createSecretKey(secret, 'utf8'));
  const options: jwt.VerifyOptions = {
    algorithms: [config.algorithm],
    ignoreExpiration: true,
    ignoreNotBefore: true,
  };
  return ({ compact }) => {
    for (const key of keys) {
      const payload = findPayload(compact, key, options);
      if (payload !== undefined) return payload;
    }
    throw BAD_SIGNATURE;
  };
}

/** `undefined` when the signature is not by this key. */
function findPayload(compact: string, key: jwt.Secret, options: jwt.VerifyOptions): unknown {
  try {
    return jwt.verify(compact, key, options);
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError && error.message === 'invalid signature') return undefined;
    // It parses the payload before it looks at the signature.
    if (error instanceof SyntaxError) throw new Rejection('malformed_token');
    throw error;
  }
}
