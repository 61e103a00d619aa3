import type { RejectionCode } from '../authorizer/rejections.ts';
import type { Env } from '../common/env.ts';
import type { BadToken } from '../local/tokens/bad-tokens/bad-token.ts';
import { BAD_TOKENS } from '../local/tokens/bad-tokens/catalogue.ts';
import { PLAIN_BAD_TOKENS } from '../local/tokens/bad-tokens/plain.ts';
import { keysEnv, SECRET_ENV } from './authorizers.ts';
import { SECRET, tokenMaker } from './tokens.ts';

/** A header that is refused for the reason `code`, and the settings under which it is. */
export interface RefusedHeader {
  readonly name: string;
  readonly code: RejectionCode;
  readonly header: string | undefined;
  readonly env: Env;
  /** As `verdictOf` says it. */
  readonly verdict: string;
}

/** API Gateway must not cache these refusals: the token may be accepted a moment later. */
const NOT_CACHED: readonly RejectionCode[] = ['token_not_active', 'issued_in_future'];

/** Both modes and every algorithm on: the deployment that accepts the most. */
export function openEnv(): Env {
  return { ...keysEnv(...tokenMaker.pairs), BETTER_AUTH_SECRET: SECRET };
}

function made({ name, code, header, settings }: BadToken, env: Env): RefusedHeader {
  const verdict = NOT_CACHED.includes(code) ? `~${code}` : code;
  return { name, code, header: header(tokenMaker), env: settings ? { ...env, ...settings } : env, verdict };
}

/** The whole catalogue by subject, for {@link openEnv}. */
export function attackTables(): { readonly title: string; readonly rows: readonly RefusedHeader[] }[] {
  const env = openEnv();
  return BAD_TOKENS.map(({ title, rows }) => ({
    title,
    rows: rows(tokenMaker).map((row) => made(row, env)),
  }));
}

/** The usual bad token for each reason, for a deployment with one mode on. */
export function usualBadTokens(): RefusedHeader[] {
  return Object.values(PLAIN_BAD_TOKENS).map(([usual]) => made(usual, envOf(usual.code)));
}

/** A key is unknown only where keys are known. */
function envOf(code: RejectionCode): Env {
  return code === 'unknown_key' ? keysEnv(tokenMaker.pair('EdDSA')) : SECRET_ENV;
}
