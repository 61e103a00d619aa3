import { describe, expect, it } from '@jest/globals';
import { hmacSigner, mint } from '../../support/tokens.ts';
import { findToken } from './find-token.ts';

const TOKEN = mint(hmacSigner());
const REMOVED = 'White space in the token was removed. The API refuses it.';
/** As a terminal or a mail of 76 columns breaks it. */
const wrapped = (between: string) => TOKEN.replace(/.{76}/g, `$&${between}`);

describe('findToken', () => {
  it.each<[string, string]>([
    ['the token alone', TOKEN],
    ['space around it', `\n  ${TOKEN}\n`],
    ['the scheme in front', `Bearer ${TOKEN}`],
    ['the scheme in small letters', `bearer  ${TOKEN}`],
    ['quotes around it', `"${TOKEN}"`],
    ['a header', `Authorization: Bearer ${TOKEN}`],
    ['a curl line', `curl -s https://api.example.com/api/tasks -H "Authorization: Bearer ${TOKEN}" -X GET`],
    ['a curl line with single quotes', `curl -H 'authorization: bearer ${TOKEN}' https://api.example.com`],
    [
      'a curl line whose quotes the shell took',
      `curl -H Authorization: Bearer ${TOKEN} https://api.example.com`,
    ],
    ['a curl line whose quotes the shell took, with an option', `curl -H Authorization: Bearer ${TOKEN} -v`],
    [
      'a curl line of several lines',
      `curl \\\n  -H "Authorization: Bearer ${TOKEN}" \\\n  http://localhost:4700`,
    ],
    ['a header in a program', `headers: { Authorization: 'Bearer ${TOKEN}' },`],
    ['the header of get-session', `HTTP/1.1 200 OK\nset-auth-jwt: ${TOKEN}\ndate: today`],
    ['the JSON of /api/auth/token', JSON.stringify({ token: TOKEN })],
    ['the JSON of a token endpoint', JSON.stringify({ id_token: 'x', access_token: TOKEN, expires_in: 900 })],
    ['JSON within JSON', JSON.stringify({ data: { token: TOKEN }, error: null }, null, 2)],
    ['a JSON text', JSON.stringify(TOKEN)],
    ['an assignment', `TOKEN=${TOKEN}`],
    ['an exported assignment with quotes', `export TOKEN="${TOKEN}";`],
    ['lines', wrapped('\n')],
    ['lines with an indent', wrapped('\r\n    ')],
    ['lines in a curl line', `curl -H "Authorization: Bearer ${wrapped('\n')}" https://api.example.com`],
    [
      'lines without quotes in a curl line',
      `curl -H Authorization: Bearer ${wrapped(' ')} https://a.example`,
    ],
    ['lines in JSON', JSON.stringify({ token: wrapped('\n') })],
  ])('reads %s', (_name, pasted) => {
    expect(findToken(pasted).token).toBe(TOKEN);
  });

  it('says what it changed', () => {
    expect(findToken(TOKEN).notes).toEqual([]);
    expect(findToken(wrapped('\n')).notes).toEqual([REMOVED]);
    expect(findToken(JSON.stringify({ token: TOKEN })).notes).toEqual(['The token was taken out of JSON.']);
    expect(findToken(`curl -H "Authorization: Bearer ${wrapped('\n')}"`).notes).toEqual([
      'The token was taken out of a header.',
      REMOVED,
    ]);
  });

  it.each<[string, string]>([
    ['an opaque token', 'fmWc6nNTjEdWNEMTLpGgQuYbFnHIEcWx'],
    ['broken JSON', '{"token":'],
    ['JSON without a token', '{"error":"x"}'],
    ['a token with a wrong character', `${TOKEN}!`],
    ['padding', 'YWJj.YWJj.YWI='],
    ['nothing', ''],
  ])('changes nothing of %s', (_name, pasted) => {
    expect(findToken(pasted)).toEqual({ token: pasted, notes: [] });
  });
});
