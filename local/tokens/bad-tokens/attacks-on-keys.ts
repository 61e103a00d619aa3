import { createHash } from 'node:crypto';
import { attacks } from './bad-token.ts';
import { encode, hmacSigner, type Json, type KeyPair, type Signer, signParts } from './sign.ts';

/** Attacks on algorithms, keys and secrets. */
export const ATTACKS_ON_KEYS = [
  attacks(
    'algorithms (RFC 8725 §2.1, §3.1, §3.2; RFC 7518 §3.6)',
    ({ goodClaims, hmac, mint, pair, secret }) => {
      const ed = pair('EdDSA');
      const signedBy = (signer: Signer, header: object) => mint({ ...signer, header: { ...header } });
      const payload = encode(goodClaims());
      return [
        ...['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) => [
          [
            `alg ${JSON.stringify(alg)} and no signature`,
            `${encode({ alg })}.${payload}.`,
            'malformed_token',
          ] as const,
          [
            `alg ${JSON.stringify(alg)} and a right HMAC`,
            signedBy(hmac, { alg }),
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
            [`alg spelt ${JSON.stringify(alg)}`, signedBy(hmac, { alg }), 'unsupported_algorithm'] as const,
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
            [
              `a key pair under alg ${alg}`,
              signedBy(ed, { alg, kid: ed.kid }),
              'unsupported_algorithm',
            ] as const,
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
            [`alg named like a property: ${alg}`, signedBy(hmac, { alg }), 'unsupported_algorithm'] as const,
        ),
        ...[null, true, 0, 256, [], ['HS256'], {}, { HS256: true }].map(
          (alg) =>
            [
              `alg that is no text: ${JSON.stringify(alg)}`,
              signedBy(hmac, { alg }),
              'unsupported_algorithm',
            ] as const,
        ),
        ['no alg', signedBy(hmac, { typ: 'JWT' }), 'unsupported_algorithm'],
        [
          'alg in the payload only',
          mint({ ...hmac, header: {} }, { claims: { alg: 'HS256' } }),
          'unsupported_algorithm',
        ],
        [
          'alg inside __proto__',
          mint(hmac, { header: '{"__proto__":{"alg":"HS256"}}' }),
          'unsupported_algorithm',
        ],
        ['alg twice', mint(hmac, { header: '{"alg":"none","alg":"HS256"}' }), 'malformed_token'],
        [
          'alg twice, one of them escaped',
          mint(hmac, { header: '{"alg":"HS256","\\u0061lg":"none"}' }),
          'malformed_token',
        ],
        [
          'Alg and ALG next to none',
          mint(hmac, { header: '{"Alg":"HS256","ALG":"HS256","alg":"none"}' }),
          'unsupported_algorithm',
        ],
        ['a longer HMAC than configured', mint(hmacSigner(secret, 'HS512')), 'unsupported_algorithm'],
        [
          'an HMAC of SHA-512 called HS256',
          signedBy(hmacSigner(secret, 'HS512'), { alg: 'HS256' }),
          'bad_signature',
        ],
        ['an HMAC cut to half its length', cut(mint(hmac), 22), 'malformed_token'],
        [
          'an HMAC cut to sixteen bytes',
          `${mint(hmac).split('.').slice(0, 2).join('.')}.${encode(hmac.sign('x').subarray(0, 16))}`,
          'bad_signature',
        ],
        [
          'a plain hash instead of an HMAC',
          signParts(
            {
              header: {},
              sign: (input) =>
                createHash('sha256')
                  .update(secret + input)
                  .digest(),
            },
            encode({ alg: 'HS256' }),
            payload,
          ),
          'bad_signature',
        ],
      ];
    },
  ),
  attacks(
    'keys taken for secrets and the other way round (RFC 8725 §2.1, §3.1)',
    ({ hmac, mint, pair, pairs }) => {
      const ed = pair('EdDSA');
      const es256 = pair('ES256');
      const rs256 = pair('RS256');
      const signedBy = (signer: Signer, header: object) => mint({ ...signer, header: { ...header } });
      const pem = (pair: typeof ed, type: 'spki' | 'pkcs1') =>
        pair.publicKey.export({ format: 'pem', type }).toString();
      return [
        [
          'HS256 with the RSA key in PEM',
          mint(hmacSigner(pem(rs256, 'spki')), { header: { kid: rs256.kid } }),
          'bad_signature',
        ],
        ['HS256 with the RSA key in PKCS #1', mint(hmacSigner(pem(rs256, 'pkcs1'))), 'bad_signature'],
        [
          'HS256 with the EC key in PEM',
          mint(hmacSigner(pem(es256, 'spki')), { header: { kid: es256.kid } }),
          'bad_signature',
        ],
        [
          'HS256 with the Ed25519 key as it is published',
          mint(hmacSigner(String(ed.jwk['x'])), { header: { kid: ed.kid } }),
          'bad_signature',
        ],
        [
          'HS256 with the bytes of the Ed25519 key',
          mint(hmacSigner(Buffer.from(String(ed.jwk['x']), 'base64url'))),
          'bad_signature',
        ],
        [
          'HS256 with the key set itself',
          mint(hmacSigner(JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }))),
          'bad_signature',
        ],
        [
          'RS256 as a label over an HMAC with the PEM',
          signedBy(hmacSigner(pem(rs256, 'spki')), { alg: 'RS256', kid: rs256.kid }),
          'bad_signature',
        ],
        [
          'EdDSA as a label over an HMAC with the secret',
          signedBy(hmac, { alg: 'EdDSA', kid: ed.kid }),
          'bad_signature',
        ],
        [
          'HS256 as a label over an EdDSA signature',
          signedBy(ed, { alg: 'HS256', kid: ed.kid }),
          'bad_signature',
        ],
        [
          'the key of another algorithm by its kid',
          signedBy(es256, { alg: 'EdDSA', kid: es256.kid }),
          'unknown_key',
        ],
        [
          'an RSA key for PSS used for PKCS #1',
          signedBy(rs256, { alg: 'RS256', kid: 'PS256-key' }),
          'unknown_key',
        ],
        [
          'an RSA key for PKCS #1 named for PSS',
          signedBy(rs256, { alg: 'PS256', kid: rs256.kid }),
          'unknown_key',
        ],
      ];
    },
  ),
  attacks('weak and foreign secrets (RFC 8725 §2.2, §3.5)', ({ mint, secret }) => {
    // The empty secret and the public default of Better Auth are among the plain ones.
    return [
      ' ',
      'secret',
      'changeme',
      'null',
      'undefined',
      'your-256-bit-secret',
      `${secret} `,
      `${secret}\n`,
      secret.slice(0, -1),
      secret.toUpperCase(),
      encode(secret),
    ].map(
      (secret) =>
        [`HS256 with ${JSON.stringify(secret)}`, mint(hmacSigner(secret)), 'bad_signature'] as const,
    );
  }),
  attacks('kid (RFC 8725 §3.10)', ({ attacker, hmac, mint, pair }) => {
    const ed = pair('EdDSA');
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
        ed.kid.toUpperCase(),
        `${ed.kid} `,
        `${ed.kid}\0`,
        `EdDSA ${ed.kid}`,
        '__proto__',
        'constructor',
        'hasOwnProperty',
        '',
      ].map((kid) => [`kid ${JSON.stringify(kid)}`, mint(ed, { header: { kid } }), 'unknown_key'] as const),
      ['no kid', mint(ed, { header: { kid: undefined } }), 'unknown_key'],
      [
        'the kid in the payload',
        mint(ed, { header: { kid: undefined }, claims: { kid: ed.kid } }),
        'unknown_key',
      ],
      ['a kid that is a list', mint(ed, { header: { kid: [ed.kid] } }), 'malformed_token'],
      ['a kid that is a key', mint(attacker, { header: { kid: attacker.jwk } }), 'malformed_token'],
      ['a kid of 8,000 characters', mint(hmac, { header: { kid: 'k'.repeat(3000) } }), 'malformed_token'],
      ['kid twice', mint(ed, { header: `{"alg":"EdDSA","kid":"x","kid":"${ed.kid}"}` }), 'malformed_token'],
      ['a right kid with a key of the attacker', mint(attacker), 'bad_signature'],
    ];
  }),
  attacks(
    'keys and addresses in the token (RFC 7515 §4.1.2–§4.1.8, RFC 8725 §3.10)',
    ({ attacker, mint, pair }) => {
      const ed = pair('EdDSA');
      const carried = carriedKeys(attacker);
      return [
        [
          'the key of the attacker in the header, known kid',
          mint(attacker, { header: carried }),
          'bad_signature',
        ],
        [
          'the key of the attacker in the header, own kid',
          mint(attacker, { header: { ...carried, kid: 'mine' } }),
          'unknown_key',
        ],
        [
          'the key of the attacker in the header, no kid',
          mint(attacker, { header: { ...carried, kid: undefined } }),
          'unknown_key',
        ],
        [
          'a symmetric key in the header',
          mint(hmacSigner('k'), { header: { jwk: { kty: 'oct', k: encode('k') } } }),
          'bad_signature',
        ],
        [
          'the public key of the API in the header, HS256',
          mint(hmacSigner(JSON.stringify(ed.jwk)), { header: { jwk: ed.jwk } }),
          'bad_signature',
        ],
      ];
    },
  ),
];

/** Header members that name keys and where to get them. */
export function carriedKeys({ jwk }: KeyPair): Json {
  return {
    jwk,
    jku: 'https://attacker.example/jwks',
    x5u: 'https://attacker.example/x5u',
    x5c: ['MIIB'],
    x5t: 'x',
    'x5t#S256': 'x',
  };
}

function cut(token: string, length: number): string {
  const [head, body, signature = ''] = token.split('.');
  return `${head}.${body}.${signature.slice(0, length)}`;
}
