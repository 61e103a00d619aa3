import { isUtf8 } from 'node:buffer';
import { Rejection } from './rejections.ts';

/** A JSON object out of a token, nothing about it checked but its syntax. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A token in JWS compact serialisation (RFC 7515 §7.1) whose header this API can work with. Not verified yet. */
export interface CompactToken {
  readonly compact: string;
  /** `alg`, a string the configuration still has to allow. */
  readonly algorithm: string;
  /** `kid`. Only ever compared with the ids of keys we hold. */
  readonly keyId: string | undefined;
  /** The payload as it came. Nothing in it is true before the signature was verified. */
  readonly unverifiedClaims: JsonObject;
}

/** Longest `kid` that is looked up. Better Auth's are 32 characters. */
const KEY_ID_MAX_LENGTH = 128;

/** `typ` of a token this API accepts, lower case (RFC 7515 §4.1.9, RFC 9068 §2.1). Better Auth writes none. */
const ACCESS_TOKEN_TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt']);

/** `typ` of the signed cookie that `jwt({ sessionCookieCache: true })` writes. */
const SESSION_COOKIE_TYPE = 'better-auth.session-cache+jwt';

/**
 * Splits a token and reads its header. Header members that name keys (`jku`, `jwk`, `x5u`, `x5c`) are not read.
 *
 * @throws {Rejection} when this cannot be a signed access token, whatever the signature says.
 */
export function parseCompactToken(compact: string): CompactToken {
  const [header, payload, signature, ...rest] = compact.split('.');
  if (rest.length === 2) throw new Rejection('encrypted_token');
  if (payload === undefined || signature === undefined) throw new Rejection('not_a_jwt');
  if (rest.length > 0 || !header || !payload || !signature) throw new Rejection('malformed_token');
  if (!isCanonical(signature)) throw new Rejection('malformed_token');
  const { algorithm, keyId } = readHeader(parseObject(header));
  return { compact, algorithm, keyId, unverifiedClaims: parseObject(payload) };
}

function readHeader(header: JsonObject): Pick<CompactToken, 'algorithm' | 'keyId'> {
  const { alg, kid, typ } = header;
  if ('crit' in header || 'b64' in header) throw new Rejection('unsupported_critical_header');
  if (typ !== undefined && typeof typ !== 'string') throw new Rejection('malformed_token');
  const type = typ?.toLowerCase();
  if (type === SESSION_COOKIE_TYPE) throw new Rejection('session_cookie_token');
  if (!ACCESS_TOKEN_TYPES.has(type)) throw new Rejection('wrong_token_type');
  if (typeof alg !== 'string') throw new Rejection('unsupported_algorithm');
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > KEY_ID_MAX_LENGTH)) {
    throw new Rejection('malformed_token');
  }
  return { algorithm: alg, keyId: kid };
}

/**
 * Parses a header or payload segment.
 *
 * @throws {Rejection} malformed_token unless it is canonical base64url of UTF-8 of one JSON object without duplicate
 * members (RFC 7515 §4, RFC 7519 §4: parsers differ on which of two wins, so neither does).
 */
function parseObject(segment: string): JsonObject {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment || !isUtf8(bytes)) throw new Rejection('malformed_token');
  const text = bytes.toString('utf8');
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Rejection('malformed_token');
  if (countMembers(text) !== Object.keys(value).length) throw new Rejection('malformed_token');
  return value as JsonObject;
}

function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection('malformed_token');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/** How many members the outermost object of a valid JSON text is written with: its colons outside strings. */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === COLON) members += depth === 1 ? 1 : 0;
    else if (OPENING.has(char)) depth += 1;
    else if (CLOSING.has(char)) depth -= 1;
  }
  return members;
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
