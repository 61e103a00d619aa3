import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { makeAuthorize } from '../authorizer/authorize.ts';
import type { Env } from '../common/env.ts';
import { makeLog } from '../common/log.ts';
import { startAuthorizer } from '../support/authorizers.ts';
import { ISSUER, NOW_MS, now, SECRET } from '../support/tokens.ts';

/** The authorizer as the Lambda wires it, with a standing clock. Its log lines are made, and not printed. */
export function makeDecision(env: Env) {
  let last = '';
  const write = (line: string) => {
    last = line;
  };
  const { authenticate } = startAuthorizer(env, { now });
  return Object.assign(makeAuthorize({ authenticate, log: makeLog({ write }) }), { last: () => last });
}

export const KEY = createSecretKey(SECRET, 'utf8');

/** The least that can be done for a token: HMAC with a key made once, compare, parse, look at the claims. */
export function floor(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const expected = createHmac('sha256', KEY).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('signature');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims.iss !== ISSUER || claims.aud !== ISSUER || claims.exp * 1000 <= NOW_MS)
    throw new Error('claims');
  return claims.sub;
}
