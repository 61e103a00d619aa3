import type { JsonObject } from '../../authorizer/compact-token.ts';

/** What a token says before its signature is verified. */
export interface Unverified {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Header and payload; each is empty when it cannot be read. */
export function readUnverified(compact: string): Unverified {
  const [header = '', payload = ''] = compact.split('.');
  return { header: readSegment(header), claims: readSegment(payload) };
}

function readSegment(segment: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Which of the tokens of Better Auth this looks like, in words that follow "This is". No verdict depends on it. */
export function describeKind(compact: string): string {
  const parts = compact.split('.').length;
  if (parts === 5) return 'an encrypted token (JWE), such as the session cookie with strategy jwe';
  if (parts !== 3)
    return 'not a JWT. It may be a session token of Better Auth, or an OAuth access token that was asked for without resource';
  const { header, claims } = readUnverified(compact);
  if (Object.keys(header).length === 0) return 'not a JWT: it has three parts, but its header cannot be read';
  return describeJwt({ header, claims });
}

function describeJwt({ header, claims }: Unverified): string {
  const { typ, alg } = header;
  if (typ === 'better-auth.session-cache+jwt')
    return 'the session cookie of Better Auth, signed with a key pair';
  if (typ === 'logout+jwt') return 'an OAuth logout token';
  if (claims['sub'] === undefined && typeof claims['session'] === 'object')
    return 'the session cookie of Better Auth';
  if (claims['sub'] === undefined && typeof claims['email'] === 'string')
    return 'the token of an e-mail link';
  const signer =
    typeof alg === 'string' && alg.startsWith('HS')
      ? 'signed with a shared secret'
      : 'signed with a key pair';
  if (claims['nonce'] !== undefined || claims['at_hash'] !== undefined) return 'an OAuth ID token';
  return `an access token, ${alg === 'none' ? 'not signed at all' : signer}`;
}
