import { attacks } from './bad-token.ts';
import { encode, signParts } from './sign.ts';

/** Attacks with the form of a token. */
export const ATTACKS_ON_FORM = [
  attacks('header extensions (RFC 7515 §4.1.11, RFC 7797 §6)', ({ attacker, hmac, mint, nowS, pair }) => {
    const ed = pair('EdDSA');
    return [
      [
        'crit of something unknown',
        mint(hmac, { header: { crit: ['x'], x: 1 } }),
        'unsupported_critical_header',
      ],
      [
        'crit of exp',
        mint(hmac, { header: { crit: ['exp'], exp: nowS + 60 } }),
        'unsupported_critical_header',
      ],
      ['an empty crit', mint(hmac, { header: { crit: [] } }), 'unsupported_critical_header'],
      ['crit of itself', mint(ed, { header: { crit: ['crit'] } }), 'unsupported_critical_header'],
      ['crit that is a text', mint(ed, { header: { crit: 'b64' } }), 'unsupported_critical_header'],
      ['b64 false', mint(hmac, { header: { b64: false } }), 'unsupported_critical_header'],
      [
        'b64 false and critical',
        mint(ed, { header: { b64: false, crit: ['b64'] } }),
        'unsupported_critical_header',
      ],
      [
        'b64 false over a raw payload',
        rawPayload({ b64: false, crit: ['b64'] }),
        'unsupported_critical_header',
      ],
      ['a raw payload without b64', rawPayload({}), 'malformed_token'],
      [
        'crit inside __proto__, which is a member like any other, with a wrong signature',
        mint(attacker, { header: '{"alg":"EdDSA","kid":"EdDSA-key","__proto__":{"crit":["x"]}}' }),
        'bad_signature',
      ],
    ];
    function rawPayload(header: object): string {
      return signParts(hmac, encode({ alg: 'HS256', ...header }), '{"sub":"user-1"}');
    }
  }),
  attacks('shape (RFC 7515 §5.2, §7.1; RFC 4648 §3.5; RFC 8725 §2.6, §3.7)', ({ goodClaims, hmac, mint }) => {
    const good = mint(hmac);
    const [head = '', body = '', signature = ''] = good.split('.');
    return [
      ['no signature', `${head}.${body}.`, 'malformed_token'],
      ['no payload', `${head}..${signature}`, 'malformed_token'],
      ['no header', `.${body}.${signature}`, 'malformed_token'],
      ['dots alone', '..', 'malformed_token'],
      ['a dot alone', '.', 'not_a_jwt'],
      ['a dot in front', `.${good}`, 'malformed_token'],
      ['a dot behind', `${good}.`, 'malformed_token'],
      ['two tokens in one', `${good}.${good}`, 'malformed_token'],
      ['the parts in another order', `${body}.${head}.${signature}`, 'unsupported_algorithm'],
      [
        'the signature of another token',
        `${head}.${body}.${mint(hmac, { claims: { sub: 'other' } }).split('.')[2]}`,
        'bad_signature',
      ],
      [
        'the payload of another token',
        `${head}.${encode(goodClaims({ sub: 'victim' }))}.${signature}`,
        'bad_signature',
      ],
      ['padding', `${head}.${body}.${signature}=`, 'malformed_token'],
      ['a percent-encoded dot', good.replace('.', '%2E'), 'not_a_jwt'],
      ['a full-width dot', good.replaceAll('.', '．'), 'not_a_jwt'],
      [
        'a last character with spare bits',
        `${head}.${body}.${signature.slice(0, -1)}${nextCharacter(signature.at(-1))}`,
        'malformed_token',
      ],
      ['quotes around it', `"${good}"`, 'malformed_token'],
      ['a line break in it', `${head}.\n${body}.${signature}`, 'malformed_header'],
      ['spaces in it', `${head} .${body}.${signature}`, 'malformed_header'],
      ['a NUL behind it', `${good}\0`, 'malformed_token'],
      [
        'invalid UTF-8 in the payload',
        mint(hmac, { claims: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }),
        'malformed_token',
      ],
      [
        'UTF-16 in the payload',
        mint(hmac, { claims: Buffer.from(JSON.stringify(goodClaims()), 'utf16le') }),
        'malformed_token',
      ],
      [
        'Latin-1 in the payload',
        mint(hmac, { claims: Buffer.from('{"name":"é"}', 'latin1') }),
        'malformed_token',
      ],
      [
        'a byte order mark',
        mint(hmac, { claims: `\ufeff${JSON.stringify(goodClaims())}` }),
        'malformed_token',
      ],
      ['a comment in the payload', mint(hmac, { claims: '{/**/}' }), 'malformed_token'],
      ['a payload that is an array', mint(hmac, { claims: '[]' }), 'malformed_token'],
      ['a payload of null', mint(hmac, { claims: 'null' }), 'malformed_token'],
      ['a header that is an array', mint(hmac, { header: '[{"alg":"HS256"}]' }), 'malformed_token'],
      [
        'a payload nested 3,000 deep',
        mint(hmac, { claims: `{"a":${'['.repeat(2800)}${']'.repeat(2800)}}` }),
        'malformed_token',
      ],
      [
        'a header nested 3,000 deep',
        mint(hmac, { header: `{"alg":"none","a":${'['.repeat(2500)}${']'.repeat(2500)}}` }),
        'malformed_token',
      ],
      ['more than 8 KB', mint(hmac, { claims: { name: 'x'.repeat(6500) } }), 'token_too_large'],
      ['1 MB', 'x'.repeat(1_000_000), 'token_too_large'],
    ];
    function nextCharacter(last = 'A'): string {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      return String(alphabet[alphabet.indexOf(last) + 1]);
    }
  }),
];
