import { Rejection } from './rejections.ts';

/** Longest token that is looked at, in characters. API Gateway caps all headers together at 10,240 bytes. */
export const TOKEN_MAX_LENGTH = 8192;

const SCHEME = 'bearer ';

/**
 * Takes the token out of `Authorization: Bearer <token>` (RFC 6750 §2.1). The scheme is case-insensitive and followed
 * by one or more spaces (RFC 9110 §11.1, §11.4); the token holds no white space.
 *
 * @throws {Rejection} missing_token, malformed_header or token_too_large.
 */
export function requireBearerToken(header: string | undefined): string {
  if (!header) throw new Rejection('missing_token');
  if (header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) throw new Rejection('malformed_header');
  let start = SCHEME.length;
  while (header[start] === ' ') start += 1;
  if (header.length - start > TOKEN_MAX_LENGTH) throw new Rejection('token_too_large');
  const token = header.slice(start);
  if (token === '' || /\s/.test(token)) throw new Rejection('malformed_header');
  return token;
}
