import type { RejectionCode } from '../../../authorizer/rejections.ts';
import { attacks } from './bad-token.ts';
import { encode } from './sign.ts';

/** Attacks with the kind of a token and with its claims. */
export const ATTACKS_ON_CLAIMS = [
  attacks(
    'one kind of token for another (RFC 8725 §2.8, §3.11, §3.12; RFC 9068 §4)',
    ({ hmac, mint, nowS, pair }) => {
      const ed = pair('EdDSA');
      return [
        ...[
          'dpop+jwt',
          'id+jwt',
          'JWE',
          'JOSE',
          'JOSE+JSON',
          'jwt+x',
          'application/jwt',
          'application/at+jwt',
          'secevent+jwt',
          'refresh+jwt',
        ].map((typ) => [`typ ${typ}`, mint(hmac, { header: { typ } }), 'wrong_token_type'] as const),
        [
          'typ of the session cookie',
          mint(ed, { header: { typ: 'better-auth.session-cache+jwt' } }),
          'session_cookie_token',
        ],
        [
          'the session cookie with its typ removed by its issuer',
          mint(ed, { claims: { aud: 'better-auth:session-cache', sid: 'x', session: {} } }),
          'session_cookie_token',
        ],
        [
          'an ID token for a client',
          mint(ed, { claims: { aud: 'client-1', nonce: 'n', at_hash: 'x' } }),
          'id_token',
        ],
        [
          'a token for the front end of another product',
          mint(ed, { claims: { aud: 'https://other.example.com' } }),
          'wrong_audience',
        ],
        [
          'an e-mail verification token',
          mint(hmac, {
            header: { typ: undefined },
            claims: JSON.stringify({ email: 'a@b.c', iat: nowS, exp: nowS + 3600 }),
          }),
          'email_verification_token',
        ],
        [
          'a session cookie of strategy jwt',
          mint(hmac, {
            header: { typ: undefined },
            claims: JSON.stringify({
              session: { token: 's', userId: 'user-1' },
              user: { id: 'user-1' },
              iat: nowS,
              exp: nowS + 300,
            }),
          }),
          'session_cookie_token',
        ],
        [
          'a token inside a token, with cty (RFC 7519 §5.2)',
          mint(hmac, { header: { cty: 'JWT' }, claims: mint(hmac) }),
          'malformed_token',
        ],
        [
          'a token inside a token, as JSON text',
          mint(hmac, { header: { cty: 'JWT' }, claims: JSON.stringify(mint(hmac)) }),
          'malformed_token',
        ],
        ['a JWE', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`, 'encrypted_token'],
        [
          'a JWE with five full parts',
          `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.AAAA.AAAA.AAAA.AAAA`,
          'encrypted_token',
        ],
        [
          'a JWE that is zip-compressed (RFC 8725 §3.6)',
          `${encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..AAAA.AAAA.AAAA`,
          'encrypted_token',
        ],
        ['a PASETO', 'v4.public.eyJzdWIiOiJ1c2VyLTEifQ', 'malformed_token'],
        ['an opaque token', 'mJ3xkVw1Rz8nLq0TtYbC5pGhE2sUaOdF', 'not_a_jwt'],
        ['an API key', 'sk_live_0123456789', 'not_a_jwt'],
      ];
    },
  ),
  attacks(
    'tokens of OAuth clients (RFC 9068 §2.2, §4; RFC 8693 §4.2; RFC 7800 §3)',
    ({ hmac, issuer, mint, nowS }) => {
      const NOT_TEXT: readonly unknown[] = [null, true, 0, 1, [], {}, ['tasks:write'], { toString: 'x' }];
      const odd = (member: string, code: RejectionCode) =>
        NOT_TEXT.map(
          (value) =>
            [
              `${member} ${JSON.stringify(value)}`,
              mint(hmac, { claims: { [member]: value } }),
              code,
            ] as const,
        );
      return [
        ...odd('scope', 'malformed_client'),
        ...odd('client_id', 'malformed_client'),
        ...odd('azp', 'malformed_client'),
        ...odd('cnf', 'sender_constrained_token'),
        ...[
          '',
          ' ',
          'a  b',
          ' a',
          'a ',
          'a\tb',
          'a\nb',
          'a\0',
          'a"b',
          'a\\b',
          'ž',
          'a '.repeat(600).trim(),
        ].map(
          (scope) =>
            [
              `scope ${JSON.stringify(scope.slice(0, 20))}`,
              mint(hmac, { claims: { scope } }),
              'malformed_client',
            ] as const,
        ),
        [
          'scope twice',
          mint(hmac, {
            claims: `{"scope":"a","scope":"b","iss":"${issuer}","aud":"${issuer}","sub":"u","exp":${nowS + 9}}`,
          }),
          'malformed_token',
        ],
        [
          'a client for a user (client_credentials)',
          mint(hmac, { claims: { sub: 'c', client_id: 'c', azp: 'c', scope: 'tasks:write' } }),
          'client_as_subject',
        ],
        ['an azp for a user', mint(hmac, { claims: { sub: 'c', azp: 'c' } }), 'client_as_subject'],
        ['two clients', mint(hmac, { claims: { client_id: 'a', azp: 'b' } }), 'malformed_client'],
        [
          'a token bound by DPoP (RFC 9449 §6)',
          mint(hmac, { claims: { cnf: { jkt: 'x' } } }),
          'sender_constrained_token',
        ],
        [
          'a token bound to a certificate (RFC 8705 §3.1)',
          mint(hmac, { claims: { cnf: { 'x5t#S256': 'x' } } }),
          'sender_constrained_token',
        ],
        ['an ID token', mint(hmac, { claims: { at_hash: 'x', acr: '0', nonce: 'n' } }), 'id_token'],
        ['an ID token without a nonce', mint(hmac, { claims: { acr: '0', auth_time: nowS } }), 'id_token'],
        ['an exp in milliseconds', mint(hmac, { claims: { exp: (nowS + 60) * 1000 } }), 'malformed_claims'],
      ];
    },
  ),
  attacks(
    'issuer, audience and subject (RFC 8725 §3.8, §3.9; RFC 7519 §4.1)',
    ({ hmac, issuer, mint, nowS }) => {
      const NOT_TEXT: readonly unknown[] = [null, true, 0, 1, [], {}, [[]], { toString: issuer }];
      return [
        ...NOT_TEXT.map(
          (iss) => [`iss ${JSON.stringify(iss)}`, mint(hmac, { claims: { iss } }), 'wrong_issuer'] as const,
        ),
        ...NOT_TEXT.map(
          (aud) => [`aud ${JSON.stringify(aud)}`, mint(hmac, { claims: { aud } }), 'wrong_audience'] as const,
        ),
        ...NOT_TEXT.slice(1).map(
          (sub) =>
            [`sub ${JSON.stringify(sub)}`, mint(hmac, { claims: { sub } }), 'invalid_subject'] as const,
        ),
        ...[
          'https://auth.example.com.attacker.example',
          'https://auth.example.com@attacker.example',
          'http://auth.example.com',
          'https://auth.example.com:443',
          '//auth.example.com',
          'auth.example.com',
          `${issuer}\0`,
          `${issuer} `,
          `${issuer}#`,
          `${issuer}?`,
          'https://аuth.example.com',
          '*',
          '.*',
          '',
        ].map(
          (iss) =>
            [
              `iss that resembles ours: ${JSON.stringify(iss)}`,
              mint(hmac, { claims: { iss } }),
              'wrong_issuer',
            ] as const,
        ),
        ...['*', '', `${issuer}/`, `${issuer} ${issuer}`, `x,${issuer}`, 'https://аuth.example.com'].map(
          (aud) =>
            [
              `aud that resembles ours: ${JSON.stringify(aud)}`,
              mint(hmac, { claims: { aud } }),
              'wrong_audience',
            ] as const,
        ),
        [
          'iss twice',
          mint(hmac, {
            claims: `{"iss":"x","iss":"${issuer}","aud":"${issuer}","sub":"u","exp":${nowS + 9}}`,
          }),
          'malformed_token',
        ],
        [
          'sub twice',
          mint(hmac, {
            claims: `{"iss":"${issuer}","aud":"${issuer}","sub":"victim","sub":"u","exp":${nowS + 9}}`,
          }),
          'malformed_token',
        ],
        [
          'sub inside __proto__',
          mint(hmac, {
            claims: `{"__proto__":{"sub":"victim"},"iss":"${issuer}","aud":"${issuer}","exp":${nowS + 9}}`,
          }),
          'missing_subject',
        ],
        [
          'userId instead of sub',
          mint(hmac, { claims: { sub: undefined, userId: 'victim' } }),
          'missing_subject',
        ],
        ['id instead of sub', mint(hmac, { claims: { sub: undefined, id: 'victim' } }), 'missing_subject'],
        [
          'a sub of line breaks, as for a log',
          mint(hmac, { claims: { sub: 'u\n{"level":"info"}' } }),
          'invalid_subject',
        ],
        ['a sub of 8,000 characters', mint(hmac, { claims: { sub: 's'.repeat(3000) } }), 'invalid_subject'],
      ];
    },
  ),
  attacks('times (RFC 7519 §2, §4.1.4–§4.1.6)', ({ hmac, issuer, mint, nowS }) => {
    const raw = (members: string) =>
      mint(hmac, { claims: `{"iss":"${issuer}","aud":"${issuer}","sub":"u",${members}}` });
    return [
      ['exp of now', mint(hmac, { claims: { exp: nowS } }), 'token_expired'],
      [
        'exp in milliseconds is a far future, and too far for a date',
        raw(`"exp":${nowS}000000`),
        'malformed_claims',
      ],
      ['exp 1e400', raw('"exp":1e400'), 'malformed_claims'],
      ['exp -1e400', raw('"exp":-1e400'), 'malformed_claims'],
      ['exp -0', raw('"exp":-0'), 'token_expired'],
      ['exp 1e-400', raw('"exp":1e-400'), 'token_expired'],
      ['exp NaN', raw('"exp":NaN'), 'malformed_token'],
      ['exp Infinity', raw('"exp":Infinity'), 'malformed_token'],
      ['exp 0x7fffffff', raw('"exp":0x7fffffff'), 'malformed_token'],
      ['exp twice, the later one far', raw(`"exp":1,"exp":${nowS + 60}`), 'malformed_token'],
      ...[
        '"9999999999"',
        'null',
        'true',
        '[9999999999]',
        '{"valueOf":9999999999}',
        '"2099-01-01T00:00:00Z"',
      ].map((exp) => [`exp ${exp}`, raw(`"exp":${exp}`), 'malformed_claims'] as const),
      ...['"0"', 'null', 'false', '[0]', '{}', '1e400'].flatMap((time) => [
        [`nbf ${time}`, raw(`"exp":${nowS + 60},"nbf":${time}`), 'malformed_claims'] as const,
        [`iat ${time}`, raw(`"exp":${nowS + 60},"iat":${time}`), 'malformed_claims'] as const,
      ]),
      ['nbf ahead', mint(hmac, { claims: { nbf: nowS + 6 } }), 'token_not_active'],
      ['iat ahead', mint(hmac, { claims: { iat: nowS + 6 } }), 'issued_in_future'],
    ];
  }),
];
