import type { JsonObject } from '../../authorizer/compact-token.ts';

/** What can be read of a token without believing it. */
export interface Unverified {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Header and payload where they can be read at all; empty where not. */
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

/** Which of the tokens of Better Auth this looks like, in words that follow "This is". Nothing depends on it. */
export function describeKind(compact: string): string {
  const parts = compact.split('.').length;
  if (parts === 5) return 'an encrypted token (JWE), such as the session cookie with strategy jwe';
  if (parts !== 3) return 'no JWT; perhaps a session token of Better Auth, which is an opaque string';
  const { header, claims } = readUnverified(compact);
  if (Object.keys(header).length === 0) return 'three parts, but no JWT: its header cannot be read';
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
    return 'a token out of an e-mail link';
  const signer =
    typeof alg === 'string' && alg.startsWith('HS')
      ? 'signed with a shared secret'
      : 'signed with a key pair';
  return `an access token, ${alg === 'none' ? 'not signed at all' : signer}`;
}
