import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { CompactToken } from './compact-token.ts';
import type { SharedSecretConfig } from './config.ts';
import { Rejection } from './rejections.ts';

/** Resolves when the signature is right. @throws {Rejection} when it is not. Anything else thrown is our fault. */
export type VerifySignature = (token: CompactToken) => Promise<void> | void;

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
      if (hasValidSignature(compact, key, options)) return;
    }
    throw new Rejection('bad_signature');
  };
}

function hasValidSignature(compact: string, key: jwt.Secret, options: jwt.VerifyOptions): boolean {
  try {
    jwt.verify(compact, key, options);
    return true;
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError && error.message === 'invalid signature') return false;
    throw error;
  }
}
