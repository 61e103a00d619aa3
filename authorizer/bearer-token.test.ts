import { describe, expect, it } from '@jest/globals';
import { goodClaims, hmacSigner, mint } from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { requireBearerToken, TOKEN_MAX_LENGTH } from './bearer-token.ts';

describe('requireBearerToken', () => {
  it.each([
    ['the usual form', 'Bearer abc.def.ghi', 'abc.def.ghi'],
    ['the scheme in lower case', 'bearer abc', 'abc'],
    ['the scheme in upper case', 'BEARER abc', 'abc'],
    ['several spaces after the scheme', 'Bearer    abc', 'abc'],
    ['a token that is no JWT', 'Bearer x', 'x'],
    ['the longest token', `Bearer ${'x'.repeat(TOKEN_MAX_LENGTH)}`, 'x'.repeat(TOKEN_MAX_LENGTH)],
  ])('takes the token out of %s', (_name, header, token) => {
    expect(requireBearerToken(header)).toBe(token);
  });

  it.each([
    ['no header', undefined, 'missing_token'],
    ['an empty header', '', 'missing_token'],
    ['a null header', null as unknown as undefined, 'missing_token'],
    ['the scheme alone', 'Bearer', 'malformed_header'],
    ['the scheme and a space', 'Bearer ', 'malformed_header'],
    ['the scheme and spaces', 'Bearer    ', 'malformed_header'],
    ['a bare token', 'abc.def.ghi', 'malformed_header'],
    ['another scheme', 'Basic abc', 'malformed_header'],
    ['another scheme of six letters', 'Digest abc', 'malformed_header'],
    ['a longer scheme', 'BearerX abc', 'malformed_header'],
    ['no space after the scheme', 'Bearer:abc', 'malformed_header'],
    ['a tab after the scheme', 'Bearer\tabc', 'malformed_header'],
    ['white space before the scheme', ' Bearer abc', 'malformed_header'],
    ['white space after the token', 'Bearer abc ', 'malformed_header'],
    ['a line break in the token', 'Bearer abc\ndef', 'malformed_header'],
    ['a no-break space in the token', 'Bearer abc\u00a0def', 'malformed_header'],
    ['the header twice, merged', 'Bearer abc, Bearer def', 'malformed_header'],
    ['a token of one character too many', `Bearer ${'x'.repeat(TOKEN_MAX_LENGTH + 1)}`, 'token_too_large'],
    [
      'an oversize token after many spaces',
      `Bearer   ${'x'.repeat(TOKEN_MAX_LENGTH + 1)}`,
      'token_too_large',
    ],
    ['an oversize token with a space in it', `Bearer x ${'x'.repeat(TOKEN_MAX_LENGTH)}`, 'token_too_large'],
  ])('refuses %s', async (_name, header, code) => {
    expect(await codeOf(() => requireBearerToken(header))).toBe(code);
  });

  it('tells the caller of a token with a long name why it is refused and where to shorten it', () => {
    const token = mint(hmacSigner(), { claims: goodClaims({ name: 'x'.repeat(6500) }) });
    expect(() => requireBearerToken(`Bearer ${token}`)).toThrow(
      /payload is too long\. Let definePayload of the sign-in server/,
    );
  });

  it('looks at tokens of up to 8 KB', () => {
    expect(TOKEN_MAX_LENGTH).toBe(8192);
  });
});
