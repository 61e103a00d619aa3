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
  /** Not parsed before the signature is verified. */
  readonly payload: ObjectText;
}

/** Text that is one JSON object, or no JSON at all. */
export interface ObjectText {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** How many members the object is written with. */
  readonly memberCount: number;
}

type Header = Pick<CompactToken, 'algorithm' | 'keyId'>;

/** One more part than any serialization has. Further parts are not counted. */
const PARTS_SEEN = 6;

/** Longest `kid` that is looked up. Better Auth's are 32 characters. */
const KEY_ID_MAX_LENGTH = 128;

/** Deepest nesting of objects and arrays that is parsed. */
const DEPTH_MAX = 64;

/** `typ` of a token this API accepts, lower case (RFC 7515 §4.1.9, RFC 9068 §2.1). Better Auth writes none. */
const ACCESS_TOKEN_TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt']);

/** `typ` of the signed cookie that `jwt({ sessionCookieCache: true })` writes. */
const SESSION_COOKIE_TYPE = 'better-auth.session-cache+jwt';

/**
 * Splits a token and reads its header. Header members that name keys (`jku`, `jwk`, `x5u`, `x5c`) are not read.
 *
 * @throws {Rejection} when this cannot be a signed access token, even with a valid signature.
 */
export function parseCompactToken(compact: string): CompactToken {
  const [header, payload, signature, ...rest] = compact.split('.', PARTS_SEEN);
  if (rest.length === 2) throw new Rejection('encrypted_token');
  if (signature === undefined) throw new Rejection('not_a_jwt');
  if (rest.length > 0 || !header || !payload || !signature) throw new Rejection('malformed_token');
  decode(signature);
  const { algorithm, keyId } = findHeader(header);
  return { compact, algorithm, keyId, payload: decodeObject(payload) };
}

/** The header that was read last: the tokens of one signer all begin alike. */
let known: { readonly segment: string; readonly header: Header } | undefined;

function findHeader(segment: string): Header {
  if (known?.segment !== segment) {
    const text = decodeObject(segment);
    const header = readHeader(requireMembers(text, parseJson(text)));
    // Encoded anew, because a part of a string keeps all of it in memory, and all of it is a token.
    known = { segment: text.bytes.toString('base64url'), header };
  }
  return known.header;
}

function readHeader(header: JsonObject): Header {
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

/** Bytes of canonical base64url (RFC 7515 §2, RFC 4648 §3.5): two texts of one token would be two tokens to a cache. */
function decode(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new Rejection('malformed_token');
  return bytes;
}

function decodeObject(segment: string): ObjectText {
  const bytes = decode(segment);
  if (!isUtf8(bytes) || bytes[skipWhiteSpace(bytes)] !== OPENING_BRACE)
    throw new Rejection('malformed_token');
  return { bytes, memberCount: countMembers(bytes) };
}

/** @throws {Rejection} malformed_token. */
export function parseJson({ bytes }: ObjectText): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Rejection('malformed_token');
  }
}

/**
 * What a segment says.
 *
 * @param parsed its JSON, by whichever parser read it.
 * @throws {Rejection} malformed_token unless it is one object without duplicate members (RFC 7515 §4, RFC 7519 §4).
 * Parsers differ on which of two members wins.
 */
export function requireMembers({ memberCount }: ObjectText, parsed: unknown): JsonObject {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Rejection('malformed_token');
  if (memberCount !== Object.keys(parsed).length) throw new Rejection('malformed_token');
  return parsed as JsonObject;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACE = 0x7d;
const CLOSING_BRACKET = 0x5d;

/** White space of JSON (RFC 8259 §2). */
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

function skipWhiteSpace(bytes: Buffer): number {
  let at = 0;
  while (WHITE_SPACE.has(bytes[at])) at += 1;
  return at;
}

/**
 * How many members the outermost object of a JSON text is written with: its colons outside strings. Means nothing when
 * the text turns out to be no JSON.
 *
 * @throws {Rejection} malformed_token when it is nested deeper than any payload: parsers take several times as long then.
 */
function countMembers(bytes: Buffer): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COLON) members += depth === 1 ? 1 : 0;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth -= 1;
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      depth += 1;
      if (depth > DEPTH_MAX) throw new Rejection('malformed_token');
    }
  }
  return members;
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
