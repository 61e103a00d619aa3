import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findErrorCode } from './local-problem.ts';

const SECRET_BYTES = 32;
const SECRET_MIN_LENGTH = 32;
const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

/**
 * The secret of this machine's Better Auth server when none is configured. It is random, made once and kept, so that
 * tokens stay valid after a restart. Every machine has its own, so no other machine can know it.
 */
export function readMachineSecret(dataDirectory: string): string {
  const path = join(dataDirectory, 'better-auth-secret');
  mkdirSync(dataDirectory, { recursive: true, mode: OWNER_FOLDER });
  const known = findSecret(path);
  if (known !== undefined) return known;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  writeFileSync(path, `${secret}\n`, { mode: OWNER_ONLY });
  return secret;
}

/** `undefined` also for a file cut short by a crash. */
function findSecret(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    return secret.length >= SECRET_MIN_LENGTH ? secret : undefined;
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
