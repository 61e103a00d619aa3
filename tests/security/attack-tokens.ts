import { createHash } from 'node:crypto';
import type { Env } from '../../common/env.ts';
import { keysEnv } from '../../support/authorizers.ts';
import {
  encode,
  goodClaims,
  hmacSigner,
  ISSUER,
  KEY_PAIR_ALGORITHMS,
  makeKeyPair,
  mint,
  NOW_S,
  OTHER_SECRET,
  SECRET,
  type Signer,
  signParts,
} from '../../support/tokens.ts';

/** What is sent, in words; the token; the verdict on it. */
export type Attack = readonly [name: string, token: string, verdict: string];

export interface AttackTable {
  /** What is attacked, with the sections that warn of it. */
  readonly title: string;
  readonly rows: readonly Attack[];
}

const TABLES: AttackTable[] = [];

/** RFC 8725 and the OWASP list on JSON Web Tokens as tables. The clock of every token is that of support/tokens.ts. */
export const ATTACKS: readonly AttackTable[] = TABLES;

function attacks(title: string, rows: () => readonly Attack[]): void {
  TABLES.push({ title, rows: rows() });
}

export const PAIRS = KEY_PAIR_ALGORITHMS.map((alg) => makeKeyPair(alg));
export const HMAC = hmacSigner();
/** A key of the attacker under the kid of ours. */
export const ATTACKER = makeKeyPair('EdDSA', 'EdDSA-key');

/** Both modes and every algorithm on: the deployment that accepts the most. */
export const OPEN_ENV: Env = { ...keysEnv(...PAIRS), BETTER_AUTH_SECRET: SECRET };

const [ED, ES256, , RS256] = PAIRS as [
  (typeof PAIRS)[0],
  (typeof PAIRS)[0],
  (typeof PAIRS)[0],
  (typeof PAIRS)[0],
];
/** Header members that name keys and where to get them. */
export const CARRIED = {
  jwk: ATTACKER.jwk,
  jku: 'https://attacker.example/jwks',
  x5u: 'https://attacker.example/x5u',
  x5c: ['MIIB'],
  x5t: 'x',
  'x5t#S256': 'x',
};

const signedBy = (signer: Signer, header: object) => mint({ ...signer, header: { ...header } });
const payload = encode(goodClaims());

attacks('algorithms (RFC 8725 §2.1, §3.1, §3.2; RFC 7518 §3.6)', () => {
  return [
    ...['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) => [
      [
        `alg ${JSON.stringify(alg)} and no signature`,
        `${encode({ alg })}.${payload}.`,
        'malformed_token',
      ] as const,
      [
        `alg ${JSON.stringify(alg)} and a right HMAC`,
        signedBy(HMAC, { alg }),
        'unsupported_algorithm',
      ] as const,
      [
        `alg ${JSON.stringify(alg)} and some signature`,
        `${encode({ alg })}.${payload}.AAAA`,
        'unsupported_algorithm',
      ] as const,
    ]),
    ...['hs256', 'Hs256', 'HS-256', 'HS256 ', ' HS256', 'HS256\0', 'ＨＳ256', 'HMAC', 'HS1', 'HS224'].map(
      (alg) =>
        [`alg spelt ${JSON.stringify(alg)}`, signedBy(HMAC, { alg }), 'unsupported_algorithm'] as const,
    ),
    ...[
      'eddsa',
      'Ed25519',
      'EDDSA',
      'es256',
      'ES256K',
      'rs256',
      'RS1',
      'RS384',
      'ES384',
      'PS512',
      'RSA-OAEP',
      'dir',
      'A256KW',
      'A128GCM',
    ].map(
      (alg) =>
        [`a key pair under alg ${alg}`, signedBy(ED, { alg, kid: ED.kid }), 'unsupported_algorithm'] as const,
    ),
    ...[
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'prototype',
      'length',
      '0',
      'undefined',
      'null',
    ].map(
      (alg) =>
        [`alg named like a property: ${alg}`, signedBy(HMAC, { alg }), 'unsupported_algorithm'] as const,
    ),
    ...[null, true, 0, 256, [], ['HS256'], {}, { HS256: true }].map(
      (alg) =>
        [
          `alg that is no text: ${JSON.stringify(alg)}`,
          signedBy(HMAC, { alg }),
          'unsupported_algorithm',
        ] as const,
    ),
    ['no alg', signedBy(HMAC, { typ: 'JWT' }), 'unsupported_algorithm'],
    [
      'alg in the payload only',
      mint({ ...HMAC, header: {} }, { claims: { alg: 'HS256' } }),
      'unsupported_algorithm',
    ],
    [
      'alg inside __proto__',
      mint(HMAC, { header: '{"__proto__":{"alg":"HS256"}}' }),
      'unsupported_algorithm',
    ],
    ['alg twice', mint(HMAC, { header: '{"alg":"none","alg":"HS256"}' }), 'malformed_token'],
    [
      'alg twice, one of them escaped',
      mint(HMAC, { header: '{"alg":"HS256","\\u0061lg":"none"}' }),
      'malformed_token',
    ],
    [
      'Alg and ALG next to none',
      mint(HMAC, { header: '{"Alg":"HS256","ALG":"HS256","alg":"none"}' }),
      'unsupported_algorithm',
    ],
    ['a longer HMAC than configured', mint(hmacSigner(SECRET, 'HS512')), 'unsupported_algorithm'],
    [
      'an HMAC of SHA-512 called HS256',
      signedBy(hmacSigner(SECRET, 'HS512'), { alg: 'HS256' }),
      'bad_signature',
    ],
    ['an HMAC cut to half its length', cut(mint(HMAC), 22), 'malformed_token'],
    [
      'an HMAC cut to sixteen bytes',
      `${mint(HMAC).split('.').slice(0, 2).join('.')}.${encode(HMAC.sign('x').subarray(0, 16))}`,
      'bad_signature',
    ],
    [
      'a plain hash instead of an HMAC',
      signParts(
        {
          header: {},
          sign: (input) =>
            createHash('sha256')
              .update(SECRET + input)
              .digest(),
        },
        encode({ alg: 'HS256' }),
        payload,
      ),
      'bad_signature',
    ],
  ];
});

attacks('keys taken for secrets and the other way round (RFC 8725 §2.1, §3.1)', () => {
  const pem = (pair: typeof ED, type: 'spki' | 'pkcs1') =>
    pair.publicKey.export({ format: 'pem', type }).toString();
  return [
    [
      'HS256 with the RSA key in PEM',
      mint(hmacSigner(pem(RS256, 'spki')), { header: { kid: RS256.kid } }),
      'bad_signature',
    ],
    ['HS256 with the RSA key in PKCS #1', mint(hmacSigner(pem(RS256, 'pkcs1'))), 'bad_signature'],
    [
      'HS256 with the EC key in PEM',
      mint(hmacSigner(pem(ES256, 'spki')), { header: { kid: ES256.kid } }),
      'bad_signature',
    ],
    [
      'HS256 with the Ed25519 key as it is published',
      mint(hmacSigner(String(ED.jwk['x'])), { header: { kid: ED.kid } }),
      'bad_signature',
    ],
    [
      'HS256 with the bytes of the Ed25519 key',
      mint(hmacSigner(Buffer.from(String(ED.jwk['x']), 'base64url'))),
      'bad_signature',
    ],
    [
      'HS256 with the key set itself',
      mint(hmacSigner(String(keysEnv(...PAIRS)['BETTER_AUTH_JWKS']))),
      'bad_signature',
    ],
    [
      'RS256 as a label over an HMAC with the PEM',
      signedBy(hmacSigner(pem(RS256, 'spki')), { alg: 'RS256', kid: RS256.kid }),
      'bad_signature',
    ],
    [
      'EdDSA as a label over an HMAC with the secret',
      signedBy(HMAC, { alg: 'EdDSA', kid: ED.kid }),
      'bad_signature',
    ],
    [
      'HS256 as a label over an EdDSA signature',
      signedBy(ED, { alg: 'HS256', kid: ED.kid }),
      'bad_signature',
    ],
    [
      'the key of another algorithm by its kid',
      signedBy(ES256, { alg: 'EdDSA', kid: ES256.kid }),
      'unknown_key',
    ],
    [
      'an RSA key for PSS used for PKCS #1',
      signedBy(RS256, { alg: 'RS256', kid: 'PS256-key' }),
      'unknown_key',
    ],
    [
      'an RSA key for PKCS #1 named for PSS',
      signedBy(RS256, { alg: 'PS256', kid: RS256.kid }),
      'unknown_key',
    ],
  ];
});

attacks('weak and foreign secrets (RFC 8725 §2.2, §3.5)', () => {
  return [
    '',
    ' ',
    'secret',
    'changeme',
    'null',
    'undefined',
    'your-256-bit-secret',
    'better-auth-secret-12345678901234567890',
    OTHER_SECRET,
    `${SECRET} `,
    `${SECRET}\n`,
    SECRET.slice(0, -1),
    SECRET.toUpperCase(),
    encode(SECRET),
  ].map(
    (secret) => [`HS256 with ${JSON.stringify(secret)}`, mint(hmacSigner(secret)), 'bad_signature'] as const,
  );
});

attacks('kid (RFC 8725 §3.10)', () => {
  return [
    ...[
      '../../../../dev/null',
      '/dev/null',
      "' UNION SELECT 'x' --",
      '| id',
      '$' + '{7*7}',
      '{{7*7}}',
      'http://attacker.example/jwks',
      '\0',
      '*',
      '%',
      ED.kid.toUpperCase(),
      `${ED.kid} `,
      `${ED.kid}\0`,
      `EdDSA ${ED.kid}`,
      '__proto__',
      'constructor',
      'hasOwnProperty',
      '',
    ].map((kid) => [`kid ${JSON.stringify(kid)}`, mint(ED, { header: { kid } }), 'unknown_key'] as const),
    ['no kid', mint(ED, { header: { kid: undefined } }), 'unknown_key'],
    [
      'the kid in the payload',
      mint(ED, { header: { kid: undefined }, claims: { kid: ED.kid } }),
      'unknown_key',
    ],
    ['a kid that is a list', mint(ED, { header: { kid: [ED.kid] } }), 'malformed_token'],
    ['a kid that is a key', mint(ATTACKER, { header: { kid: ATTACKER.jwk } }), 'malformed_token'],
    ['a kid of 8,000 characters', mint(HMAC, { header: { kid: 'k'.repeat(3000) } }), 'malformed_token'],
    ['kid twice', mint(ED, { header: `{"alg":"EdDSA","kid":"x","kid":"${ED.kid}"}` }), 'malformed_token'],
    ['a right kid with a key of the attacker', mint(ATTACKER), 'bad_signature'],
  ];
});

attacks('keys and addresses in the token (RFC 7515 §4.1.2–§4.1.8, RFC 8725 §3.10)', () => {
  return [
    [
      'the key of the attacker in the header, known kid',
      mint(ATTACKER, { header: CARRIED }),
      'bad_signature',
    ],
    [
      'the key of the attacker in the header, own kid',
      mint(ATTACKER, { header: { ...CARRIED, kid: 'mine' } }),
      'unknown_key',
    ],
    [
      'the key of the attacker in the header, no kid',
      mint(ATTACKER, { header: { ...CARRIED, kid: undefined } }),
      'unknown_key',
    ],
    [
      'a symmetric key in the header',
      mint(hmacSigner('k'), { header: { jwk: { kty: 'oct', k: encode('k') } } }),
      'bad_signature',
    ],
    [
      'the public key of the API in the header, HS256',
      mint(hmacSigner(JSON.stringify(ED.jwk)), { header: { jwk: ED.jwk } }),
      'bad_signature',
    ],
  ];
});

attacks('header extensions (RFC 7515 §4.1.11, RFC 7797 §6)', () => {
  return [
    [
      'crit of something unknown',
      mint(HMAC, { header: { crit: ['x'], x: 1 } }),
      'unsupported_critical_header',
    ],
    [
      'crit of exp',
      mint(HMAC, { header: { crit: ['exp'], exp: NOW_S + 60 } }),
      'unsupported_critical_header',
    ],
    ['an empty crit', mint(HMAC, { header: { crit: [] } }), 'unsupported_critical_header'],
    ['crit of itself', mint(ED, { header: { crit: ['crit'] } }), 'unsupported_critical_header'],
    ['crit that is a text', mint(ED, { header: { crit: 'b64' } }), 'unsupported_critical_header'],
    ['b64 false', mint(HMAC, { header: { b64: false } }), 'unsupported_critical_header'],
    [
      'b64 false and critical',
      mint(ED, { header: { b64: false, crit: ['b64'] } }),
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
      mint(ATTACKER, { header: '{"alg":"EdDSA","kid":"EdDSA-key","__proto__":{"crit":["x"]}}' }),
      'bad_signature',
    ],
  ];
  function rawPayload(header: object): string {
    return signParts(HMAC, encode({ alg: 'HS256', ...header }), '{"sub":"user-1"}');
  }
});

attacks('one kind of token for another (RFC 8725 §2.8, §3.11, §3.12; RFC 9068 §4)', () => {
  return [
    ...[
      'logout+jwt',
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
    ].map((typ) => [`typ ${typ}`, mint(HMAC, { header: { typ } }), 'wrong_token_type'] as const),
    [
      'typ of the session cookie',
      mint(ED, { header: { typ: 'better-auth.session-cache+jwt' } }),
      'session_cookie_token',
    ],
    [
      'the session cookie with its typ removed by its issuer',
      mint(ED, { claims: { aud: 'better-auth:session-cache', sid: 'x', session: {} } }),
      'session_cookie_token',
    ],
    [
      'an ID token for a client',
      mint(ED, { claims: { aud: 'client-1', nonce: 'n', at_hash: 'x' } }),
      'id_token',
    ],
    [
      'a token for the front end of another product',
      mint(ED, { claims: { aud: 'https://other.example.com' } }),
      'wrong_audience',
    ],
    [
      'an e-mail verification token',
      mint(HMAC, {
        header: { typ: undefined },
        claims: JSON.stringify({ email: 'a@b.c', iat: NOW_S, exp: NOW_S + 3600 }),
      }),
      'email_verification_token',
    ],
    [
      'a session cookie of strategy jwt',
      mint(HMAC, {
        header: { typ: undefined },
        claims: JSON.stringify({
          session: { token: 's', userId: 'user-1' },
          user: { id: 'user-1' },
          iat: NOW_S,
          exp: NOW_S + 300,
        }),
      }),
      'session_cookie_token',
    ],
    [
      'a token inside a token, with cty (RFC 7519 §5.2)',
      mint(HMAC, { header: { cty: 'JWT' }, claims: mint(HMAC) }),
      'malformed_token',
    ],
    [
      'a token inside a token, as JSON text',
      mint(HMAC, { header: { cty: 'JWT' }, claims: JSON.stringify(mint(HMAC)) }),
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
});

attacks('tokens of OAuth clients (RFC 9068 §2.2, §4; RFC 8693 §4.2; RFC 7800 §3)', () => {
  const NOT_TEXT: readonly unknown[] = [null, true, 0, 1, [], {}, ['tasks:write'], { toString: 'x' }];
  const odd = (member: string, code: string) =>
    NOT_TEXT.map(
      (value) =>
        [`${member} ${JSON.stringify(value)}`, mint(HMAC, { claims: { [member]: value } }), code] as const,
    );
  return [
    ...odd('scope', 'malformed_client'),
    ...odd('client_id', 'malformed_client'),
    ...odd('azp', 'malformed_client'),
    ...odd('cnf', 'sender_constrained_token'),
    ...['', ' ', 'a  b', ' a', 'a ', 'a\tb', 'a\nb', 'a\0', 'a"b', 'a\\b', 'ž', 'a '.repeat(600).trim()].map(
      (scope) =>
        [
          `scope ${JSON.stringify(scope.slice(0, 20))}`,
          mint(HMAC, { claims: { scope } }),
          'malformed_client',
        ] as const,
    ),
    [
      'scope twice',
      mint(HMAC, {
        claims: `{"scope":"a","scope":"b","iss":"${ISSUER}","aud":"${ISSUER}","sub":"u","exp":${NOW_S + 9}}`,
      }),
      'malformed_token',
    ],
    [
      'a client for a user (client_credentials)',
      mint(HMAC, { claims: { sub: 'c', client_id: 'c', azp: 'c', scope: 'tasks:write' } }),
      'client_as_subject',
    ],
    ['an azp for a user', mint(HMAC, { claims: { sub: 'c', azp: 'c' } }), 'client_as_subject'],
    ['two clients', mint(HMAC, { claims: { client_id: 'a', azp: 'b' } }), 'malformed_client'],
    [
      'a token bound by DPoP (RFC 9449 §6)',
      mint(HMAC, { claims: { cnf: { jkt: 'x' } } }),
      'sender_constrained_token',
    ],
    [
      'a token bound to a certificate (RFC 8705 §3.1)',
      mint(HMAC, { claims: { cnf: { 'x5t#S256': 'x' } } }),
      'sender_constrained_token',
    ],
    ['an ID token', mint(HMAC, { claims: { at_hash: 'x', acr: '0', nonce: 'n' } }), 'id_token'],
    ['an ID token without a nonce', mint(HMAC, { claims: { acr: '0', auth_time: NOW_S } }), 'id_token'],
    ['an exp in milliseconds', mint(HMAC, { claims: { exp: (NOW_S + 60) * 1000 } }), 'malformed_claims'],
  ];
});

attacks('issuer, audience and subject (RFC 8725 §3.8, §3.9; RFC 7519 §4.1)', () => {
  const NOT_TEXT: readonly unknown[] = [null, true, 0, 1, [], {}, [[]], { toString: ISSUER }];
  return [
    ...NOT_TEXT.map(
      (iss) => [`iss ${JSON.stringify(iss)}`, mint(HMAC, { claims: { iss } }), 'wrong_issuer'] as const,
    ),
    ...NOT_TEXT.map(
      (aud) => [`aud ${JSON.stringify(aud)}`, mint(HMAC, { claims: { aud } }), 'wrong_audience'] as const,
    ),
    ...NOT_TEXT.slice(1).map(
      (sub) => [`sub ${JSON.stringify(sub)}`, mint(HMAC, { claims: { sub } }), 'invalid_subject'] as const,
    ),
    ...[
      'https://auth.example.com.attacker.example',
      'https://auth.example.com@attacker.example',
      'http://auth.example.com',
      'https://auth.example.com:443',
      '//auth.example.com',
      'auth.example.com',
      `${ISSUER}\0`,
      `${ISSUER} `,
      `${ISSUER}#`,
      `${ISSUER}?`,
      'https://аuth.example.com',
      '*',
      '.*',
      '',
    ].map(
      (iss) =>
        [
          `iss that resembles ours: ${JSON.stringify(iss)}`,
          mint(HMAC, { claims: { iss } }),
          'wrong_issuer',
        ] as const,
    ),
    ...['*', '', `${ISSUER}/`, `${ISSUER} ${ISSUER}`, `x,${ISSUER}`, 'https://аuth.example.com'].map(
      (aud) =>
        [
          `aud that resembles ours: ${JSON.stringify(aud)}`,
          mint(HMAC, { claims: { aud } }),
          'wrong_audience',
        ] as const,
    ),
    [
      'iss twice',
      mint(HMAC, { claims: `{"iss":"x","iss":"${ISSUER}","aud":"${ISSUER}","sub":"u","exp":${NOW_S + 9}}` }),
      'malformed_token',
    ],
    [
      'sub twice',
      mint(HMAC, {
        claims: `{"iss":"${ISSUER}","aud":"${ISSUER}","sub":"victim","sub":"u","exp":${NOW_S + 9}}`,
      }),
      'malformed_token',
    ],
    [
      'sub inside __proto__',
      mint(HMAC, {
        claims: `{"__proto__":{"sub":"victim"},"iss":"${ISSUER}","aud":"${ISSUER}","exp":${NOW_S + 9}}`,
      }),
      'missing_subject',
    ],
    [
      'userId instead of sub',
      mint(HMAC, { claims: { sub: undefined, userId: 'victim' } }),
      'missing_subject',
    ],
    ['id instead of sub', mint(HMAC, { claims: { sub: undefined, id: 'victim' } }), 'missing_subject'],
    [
      'a sub of line breaks, as for a log',
      mint(HMAC, { claims: { sub: 'u\n{"level":"info"}' } }),
      'invalid_subject',
    ],
    ['a sub of 8,000 characters', mint(HMAC, { claims: { sub: 's'.repeat(3000) } }), 'invalid_subject'],
  ];
});

attacks('times (RFC 7519 §2, §4.1.4–§4.1.6)', () => {
  const raw = (members: string) =>
    mint(HMAC, { claims: `{"iss":"${ISSUER}","aud":"${ISSUER}","sub":"u",${members}}` });
  return [
    ['no exp', mint(HMAC, { claims: { exp: undefined } }), 'missing_expiry'],
    ['exp of now', mint(HMAC, { claims: { exp: NOW_S } }), 'token_expired'],
    [
      'exp in milliseconds is a far future, and too far for a date',
      raw(`"exp":${NOW_S}000000`),
      'malformed_claims',
    ],
    ['exp 1e400', raw('"exp":1e400'), 'malformed_claims'],
    ['exp -1e400', raw('"exp":-1e400'), 'malformed_claims'],
    ['exp -0', raw('"exp":-0'), 'token_expired'],
    ['exp 1e-400', raw('"exp":1e-400'), 'token_expired'],
    ['exp NaN', raw('"exp":NaN'), 'malformed_token'],
    ['exp Infinity', raw('"exp":Infinity'), 'malformed_token'],
    ['exp 0x7fffffff', raw('"exp":0x7fffffff'), 'malformed_token'],
    ['exp twice, the later one far', raw(`"exp":1,"exp":${NOW_S + 60}`), 'malformed_token'],
    ...[
      '"9999999999"',
      'null',
      'true',
      '[9999999999]',
      '{"valueOf":9999999999}',
      '"2099-01-01T00:00:00Z"',
    ].map((exp) => [`exp ${exp}`, raw(`"exp":${exp}`), 'malformed_claims'] as const),
    ...['"0"', 'null', 'false', '[0]', '{}', '1e400'].flatMap((time) => [
      [`nbf ${time}`, raw(`"exp":${NOW_S + 60},"nbf":${time}`), 'malformed_claims'] as const,
      [`iat ${time}`, raw(`"exp":${NOW_S + 60},"iat":${time}`), 'malformed_claims'] as const,
    ]),
    ['nbf ahead', mint(HMAC, { claims: { nbf: NOW_S + 6 } }), '~token_not_active'],
    ['iat ahead', mint(HMAC, { claims: { iat: NOW_S + 6 } }), '~issued_in_future'],
  ];
});

attacks('shape (RFC 7515 §5.2, §7.1; RFC 4648 §3.5; RFC 8725 §2.6, §3.7)', () => {
  const good = mint(HMAC);
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
      `${head}.${body}.${mint(HMAC, { claims: { sub: 'other' } }).split('.')[2]}`,
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
      mint(HMAC, { claims: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }),
      'malformed_token',
    ],
    [
      'UTF-16 in the payload',
      mint(HMAC, { claims: Buffer.from(JSON.stringify(goodClaims()), 'utf16le') }),
      'malformed_token',
    ],
    [
      'Latin-1 in the payload',
      mint(HMAC, { claims: Buffer.from('{"name":"é"}', 'latin1') }),
      'malformed_token',
    ],
    ['a byte order mark', mint(HMAC, { claims: `\ufeff${JSON.stringify(goodClaims())}` }), 'malformed_token'],
    ['a comment in the payload', mint(HMAC, { claims: '{/**/}' }), 'malformed_token'],
    ['a payload that is an array', mint(HMAC, { claims: '[]' }), 'malformed_token'],
    ['a payload of null', mint(HMAC, { claims: 'null' }), 'malformed_token'],
    ['a header that is an array', mint(HMAC, { header: '[{"alg":"HS256"}]' }), 'malformed_token'],
    [
      'a payload nested 3,000 deep',
      mint(HMAC, { claims: `{"a":${'['.repeat(2800)}${']'.repeat(2800)}}` }),
      'malformed_token',
    ],
    [
      'a header nested 3,000 deep',
      mint(HMAC, { header: `{"alg":"none","a":${'['.repeat(2500)}${']'.repeat(2500)}}` }),
      'malformed_token',
    ],
    ['more than 8 KB', mint(HMAC, { claims: { name: 'x'.repeat(6500) } }), 'token_too_large'],
    ['1 MB', 'x'.repeat(1_000_000), 'token_too_large'],
  ];
  function nextCharacter(last = 'A'): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return String(alphabet[alphabet.indexOf(last) + 1]);
  }
});

function cut(token: string, length: number): string {
  const [head, body, signature = ''] = token.split('.');
  return `${head}.${body}.${signature.slice(0, length)}`;
}
