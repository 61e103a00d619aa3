import { describe, expect, it } from '@jest/globals';
import { encode } from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { type JsonObject, parseCompactToken, parseJson, requireMembers } from './compact-token.ts';

const HEADER = { alg: 'HS256' };
const SIGNATURE = encode('signature');

/** A token whose signature is not checked: parsing comes first. */
function token({ header = HEADER, payload = {} }: { header?: unknown; payload?: unknown }): string {
  return `${encode(header)}.${encode(payload)}.${SIGNATURE}`;
}

/** What the payload says, as it is read once the signature is verified. */
function claimsOf(compact: string): JsonObject {
  const { payload } = parseCompactToken(compact);
  return requireMembers(payload, parseJson(payload));
}

describe('parseCompactToken', () => {
  it('reads what the checks after it need', () => {
    const compact = token({ header: { alg: 'ES256', kid: 'key-1', typ: 'JWT' }, payload: { sub: 'user-1' } });
    expect(parseCompactToken(compact)).toEqual({
      compact,
      algorithm: 'ES256',
      keyId: 'key-1',
      payload: { bytes: Buffer.from('{"sub":"user-1"}'), memberCount: 1 },
    });
  });

  it.each([
    ['no typ, as Better Auth writes it', {}],
    ['typ JWT', { typ: 'JWT' }],
    ['typ jwt', { typ: 'jwt' }],
    ['typ at+jwt (RFC 9068)', { typ: 'at+jwt' }],
    ['typ AT+JWT', { typ: 'AT+JWT' }],
    ['no kid', { kid: undefined }],
    ['a kid of 128 characters', { kid: 'k'.repeat(128) }],
    ['members that name keys, unread', { jku: 'https://evil.example/jwks', jwk: {}, x5u: 1, x5c: [] }],
    ['a member called __proto__, as any other', { ['__proto__']: { crit: ['exp'] } }],
  ])('accepts a header with %s', (_name, changes) => {
    expect(parseCompactToken(token({ header: { ...HEADER, ...changes } })).algorithm).toBe('HS256');
  });

  it.each([
    ['crit', { crit: ['exp'] }, 'unsupported_critical_header'],
    ['an empty crit', { crit: [] }, 'unsupported_critical_header'],
    ['a crit of null', { crit: null }, 'unsupported_critical_header'],
    ['b64 false (RFC 7797)', { b64: false }, 'unsupported_critical_header'],
    ['b64 true', { b64: true }, 'unsupported_critical_header'],
    ['crit and b64', { crit: ['b64'], b64: false }, 'unsupported_critical_header'],
    ['the typ of the session cookie', { typ: 'better-auth.session-cache+jwt' }, 'session_cookie_token'],
    ['the same in capitals', { typ: 'BETTER-AUTH.SESSION-CACHE+JWT' }, 'session_cookie_token'],
    ['the typ of a logout token', { typ: 'logout+jwt' }, 'wrong_token_type'],
    ['the typ of a DPoP proof', { typ: 'dpop+jwt' }, 'wrong_token_type'],
    ['the typ of an ID token', { typ: 'id_token' }, 'wrong_token_type'],
    ['an empty typ', { typ: '' }, 'wrong_token_type'],
    ['a typ with a space', { typ: 'JWT ' }, 'wrong_token_type'],
    ['a typ of null', { typ: null }, 'malformed_token'],
    ['a typ that is an array', { typ: ['JWT'] }, 'malformed_token'],
    ['no alg', { alg: undefined }, 'unsupported_algorithm'],
    ['an alg of null', { alg: null }, 'unsupported_algorithm'],
    ['an alg that is a number', { alg: 256 }, 'unsupported_algorithm'],
    ['an alg that is an array', { alg: ['HS256'] }, 'unsupported_algorithm'],
    ['an alg that is an object', { alg: { toString: 'HS256' } }, 'unsupported_algorithm'],
    ['a kid that is a number', { kid: 1 }, 'malformed_token'],
    ['a kid of null', { kid: null }, 'malformed_token'],
    ['a kid that is an object', { kid: {} }, 'malformed_token'],
    ['a kid of 129 characters', { kid: 'k'.repeat(129) }, 'malformed_token'],
  ])('refuses a header with %s', async (_name, changes, code) => {
    expect(await codeOf(() => parseCompactToken(token({ header: { ...HEADER, ...changes } })))).toBe(code);
  });

  const good = token({});
  const [head = '', body = '', signature = ''] = good.split('.');
  it.each([
    ['no dot, as a session token', 'abcdef', 'not_a_jwt'],
    ['one dot, as a signed session token', `${head}.${body}`, 'not_a_jwt'],
    ['four parts', `${good}.x`, 'malformed_token'],
    ['five parts, as a JWE', `${good}.x.y`, 'encrypted_token'],
    ['five parts of which one is empty, as a JWE with a direct key', `${head}..x.y.z`, 'encrypted_token'],
    ['six parts', `${good}.x.y.z`, 'malformed_token'],
    ['an empty header', `.${body}.${signature}`, 'malformed_token'],
    ['an empty payload', `${head}..${signature}`, 'malformed_token'],
    ['an empty signature', `${head}.${body}.`, 'malformed_token'],
    ['nothing but dots', '..', 'malformed_token'],
    ['a JSON serialisation', JSON.stringify({ payload: body, signature }), 'not_a_jwt'],
  ])('refuses %s', async (_name, compact, code) => {
    expect(await codeOf(() => parseCompactToken(compact))).toBe(code);
  });

  it.each([
    ['padding', (part: string) => `${part}=`],
    ['the alphabet of plain base64', (part: string) => `${part}+/`],
    ['a character of no alphabet', (part: string) => `${part}!`],
    ['a line break', (part: string) => `${part}\n`],
    ['a character beyond ASCII', (part: string) => `${part}é`],
    ['a NUL', (part: string) => `${part}\0`],
    ['bits that no byte uses', () => 'eyJhbGciOiJIUzI1NiJ9eB'],
    ['a length that no bytes have', () => 'eyJhb'],
  ])('refuses %s in any of the three parts', async (_name, spoil) => {
    const tokens = [
      `${spoil(head)}.${body}.${signature}`,
      `${head}.${spoil(body)}.${signature}`,
      `${head}.${body}.${spoil(signature)}`,
    ];
    const codes = await Promise.all(tokens.map((compact) => codeOf(() => parseCompactToken(compact))));
    expect(codes).toEqual(['malformed_token', 'malformed_token', 'malformed_token']);
  });

  const NOT_AN_OBJECT = [
    ['an array', '[]'],
    ['null', 'null'],
    ['a string', '"text"'],
    ['a number', '1'],
    ['no JSON', '{alg:HS256}'],
    ['nothing but white space', ' '],
    ['JSON with text after it', '{} {}'],
    ['a trailing comma', '{"alg":"HS256",}'],
    ['a byte order mark', '\ufeff{}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['an overlong UTF-8 sequence', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
    ['a member twice', '{"alg":"HS256","alg":"HS256"}'],
    ['a member twice, once escaped', '{"alg":"HS256","\\u0061lg":"none"}'],
    ['a member twice, after a string with a brace', '{"a":"}","alg":"HS256","alg":"none"}'],
    ['a member twice, after an escaped quote', '{"a":"\\"","alg":"HS256","alg":"none"}'],
    ['a member twice, after a nested object', '{"a":{"alg":1},"alg":"HS256","alg":"none"}'],
    ['a member twice, inside a nested array of objects', '{"a":[{"b":1}],"alg":"HS256","alg":"none"}'],
    ['__proto__ twice', '{"__proto__":1,"alg":"HS256","__proto__":2}'],
    ['a text that never ends', '{"alg":"HS256'],
    ['a text that ends in a backslash', '{"alg":"HS256\\'],
    ['65 levels of nesting', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['65 levels of objects', `${'{"a":'.repeat(64)}{}${'}'.repeat(64)}`],
    ['nesting that no parser should follow', `{"a":${'['.repeat(3000)}`],
  ] as const;

  it.each(NOT_AN_OBJECT)('refuses a header of %s', async (_name, header) => {
    expect(await codeOf(() => parseCompactToken(token({ header })))).toBe('malformed_token');
  });

  it.each(NOT_AN_OBJECT)('refuses a payload of %s', async (_name, payload) => {
    expect(await codeOf(() => claimsOf(token({ payload })))).toBe('malformed_token');
  });

  it.each([
    ['colons and braces in strings', { a: '{"b":1,"b":2}', 'c:d': ':' }],
    ['one name at two depths', { a: { a: { a: [{ a: 1 }, { a: 2 }] } }, b: [{ a: 1 }] }],
    ['strings that end in backslashes', { a: '\\', b: '\\\\', c: '\\"', d: '\\\\"', 'e\\': 1, 'f\\"': 2 }],
    ['text beyond ASCII', { name: 'Ann Žluťoučká 🦊', ключ: 'значение' }],
    ['empty names, strings, arrays and objects', { '': '', a: [], b: {}, c: [{}, []] }],
    ['64 levels of nesting', JSON.parse(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)],
    ['brackets in a text', { a: '['.repeat(100) }],
    ['many arrays side by side', { a: Array(100).fill([]), b: Array(100).fill({}) }],
  ])('reads a payload with %s', (_name, payload) => {
    expect(claimsOf(token({ payload }))).toEqual(payload);
  });

  it('reads every header, also right after another one and after the same one', async () => {
    const [one, other] = [token({ header: { alg: 'ES256', kid: 'a' } }), token({ header: { alg: 'EdDSA' } })];
    const refused = token({ header: { alg: 'HS256', crit: ['exp'] } });
    const algorithms = [one, one, other, one].map((compact) => parseCompactToken(compact).algorithm);
    expect(algorithms).toEqual(['ES256', 'ES256', 'EdDSA', 'ES256']);
    for (const compact of [refused, refused]) {
      expect(await codeOf(() => parseCompactToken(compact))).toBe('unsupported_critical_header');
    }
  });

  it('reads JSON written with white space', () => {
    const payload = ' {\n\t"sub" : "user-1" ,\r\n "a" : { "b" : 1 } } ';
    expect(claimsOf(token({ payload }))).toEqual({ sub: 'user-1', a: { b: 1 } });
  });
});

describe('requireMembers', () => {
  it.each([
    ['nothing', undefined, 0],
    ['null', null, 0],
    ['an empty text', '', 0],
    ['a text of two characters', 'ab', 2],
    ['an empty array', [], 0],
    ['an array of one', ['a'], 1],
    ['a number', 1, 0],
    ['an object that was written with more members', { a: 1 }, 2],
    ['an object that was written with fewer members', { a: 1 }, 0],
  ])('refuses %s, no matter which parser read it', async (_name, parsed, memberCount) => {
    const text = { bytes: Buffer.from('{}'), memberCount };
    expect(await codeOf(() => requireMembers(text, parsed))).toBe('malformed_token');
  });
});
