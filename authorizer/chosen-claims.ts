import { ConfigError, type Env, findList } from '../common/env.ts';
import type { Claims, JsonValue } from '../common/identity.ts';
import type { JsonObject } from './compact-token.ts';
import { Rejection } from './rejections.ts';

/** Longest JSON text of one chosen claim, in characters. */
const CLAIM_MAX_LENGTH = 1024;
/** Longest JSON text of all chosen claims together, in characters. */
const CLAIMS_MAX_LENGTH = 2048;

/** What the context of the authorizer's answer uses itself, and what API Gateway adds to it. */
const CONTEXT_NAMES: ReadonlySet<string> = new Set([
  'userId',
  'email',
  'emailVerified',
  'name',
  'expiresAt',
  'issuedAt',
  'clientId',
  'scope',
  'claims',
  'code',
  'detail',
  'principalId',
  'integrationLatency',
  '__proto__',
]);

/** TOKEN_CLAIMS. @throws {ConfigError} for a name that the context uses for something else. */
export function readClaimNames(env: Env): readonly string[] {
  const names = findList(env, 'TOKEN_CLAIMS') ?? [];
  const used = names.find((name) => CONTEXT_NAMES.has(name));
  if (used === undefined) return names;
  throw new ConfigError('TOKEN_CLAIMS names a member that the context of the authorizer uses itself.');
}

/**
 * The members that TOKEN_CLAIMS names, as far as the token has them. A missing claim may mean fewer limits to a handler,
 * so what is too large is refused and never left out.
 *
 * @throws {Rejection} claims_too_large.
 */
export function findChosenClaims(claims: JsonObject, names: readonly string[]): Claims | undefined {
  const found = names.filter((name) => Object.hasOwn(claims, name) && claims[name] !== undefined);
  if (found.length === 0) return undefined;
  const chosen = Object.fromEntries(found.map((name) => [name, claims[name] as JsonValue]));
  const tooLarge = found.some((name) => JSON.stringify(chosen[name]).length > CLAIM_MAX_LENGTH);
  if (tooLarge || JSON.stringify(chosen).length > CLAIMS_MAX_LENGTH) throw new Rejection('claims_too_large');
  return chosen;
}
