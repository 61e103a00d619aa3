import { describe, expect, it } from '@jest/globals';
import { ConfigError, type Env } from '../common/env.ts';
import { ISSUER, OTHER_SECRET, SECRET } from '../support/tokens.ts';
import { readAuthorizerConfig } from './config.ts';

const ENV: Env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };
const PUBLIC_SECRET = 'better-auth-secret-12345678901234567890';
const JWKS = JSON.stringify({ keys: [{ kty: 'OKP' }] });

const read = (changes: Env = {}) => readAuthorizerConfig({ ...ENV, ...changes });

describe('readAuthorizerConfig', () => {
  it('needs no more than the address and the secret of the Better Auth server', () => {
    expect(read()).toStrictEqual({
      issuers: [ISSUER],
      audiences: [ISSUER],
      sharedSecret: { secrets: [SECRET], algorithm: 'HS256' },
      keySet: undefined,
      clockToleranceS: 5,
      maxAgeS: undefined,
      claimNames: [],
    });
  });

  it('reads the environment of the process unless given another', () => {
    const before = { ...process.env };
    Object.assign(process.env, { ...ENV, BETTER_AUTH_URL: 'https://from-process.example' });
    try {
      expect(readAuthorizerConfig().issuers).toEqual(['https://from-process.example']);
    } finally {
      process.env = before;
    }
  });

  it.each([
    ['https://auth.example.com', 'https://auth.example.com'],
    ['https://auth.example.com/', 'https://auth.example.com'],
    ['https://auth.example.com/api/auth', 'https://auth.example.com'],
    ['  https://AUTH.example.com  ', 'https://auth.example.com'],
    ['https://auth.example.com:443', 'https://auth.example.com'],
    ['https://auth.example.com:8443/x?y#z', 'https://auth.example.com:8443'],
    ['http://localhost:4701/', 'http://localhost:4701'],
    ['http://[::1]:4701', 'http://[::1]:4701'],
    ['https://user:password@auth.example.com', 'https://auth.example.com'],
    ['https://žluť.example', 'https://xn--lu-yta1h.example'],
  ])('takes the origin of BETTER_AUTH_URL %s for issuer and audience', (address, origin) => {
    expect(read({ BETTER_AUTH_URL: address })).toMatchObject({ issuers: [origin], audiences: [origin] });
  });

  it('takes JWT_ISSUER and JWT_AUDIENCE as they are, and needs no address then', () => {
    const own = { JWT_ISSUER: 'https://x.example/path/', JWT_AUDIENCE: ' tasks-api ' };
    expect(read(own)).toMatchObject({ issuers: ['https://x.example/path/'], audiences: ['tasks-api'] });
    expect(read({ ...own, BETTER_AUTH_URL: undefined }).issuers).toEqual(['https://x.example/path/']);
  });

  it('takes several issuers, audiences and claims, separated by commas', () => {
    const lists = {
      JWT_ISSUER: `${ISSUER}, ${ISSUER}/api/auth`,
      JWT_AUDIENCE: `${ISSUER},http://[::1]:4700,urn:tasks`,
      TOKEN_CLAIMS: ' activeOrganizationId,role,https://example.com/plan ',
    };
    expect(read(lists)).toMatchObject({
      issuers: [ISSUER, `${ISSUER}/api/auth`],
      audiences: [ISSUER, 'http://[::1]:4700', 'urn:tasks'],
      claimNames: ['activeOrganizationId', 'role', 'https://example.com/plan'],
    });
  });

  describe.each(['JWT_ISSUER', 'JWT_AUDIENCE', 'TOKEN_CLAIMS'])('%s', (variable) => {
    it.each([
      ['JSON', '["https://a.example","https://b.example"]'],
      ['JSON without quotes', '[https://a.example,https://b.example]'],
      ['an object', '{https://a.example}'],
      ['double quotes', '"https://a.example"'],
      ['single quotes', "https://a.example,'https://b.example'"],
      ['backquotes', '`https://a.example`'],
      ['white space inside an entry', 'https://a.example https://b.example'],
      ['a line break inside an entry', 'https://a.example\nhttps://b.example'],
      ['a tab inside an entry', 'https://a.example\thttps://b.example'],
      ['a control character', 'https://a.example\u0000'],
      ['an empty first entry', ',https://a.example'],
      ['an empty entry in the middle', 'https://a.example,,https://b.example'],
      ['an empty last entry', 'https://a.example,'],
      ['a blank entry', 'https://a.example, ,https://b.example'],
      ['nothing but commas', ',,'],
      ['an unresolved reference', '{{resolve:ssm:issuer}}'],
      ['more than 16 entries', Array.from({ length: 17 }, (_, index) => `https://${index}.example`).join()],
    ])('stops the start when it holds %s', (_name, value) => {
      const sentence = messageOf(() => read({ [variable]: value }));
      expect(sentence).toContain(variable);
      expect(sentence).not.toContain('example');
    });

    it('may hold 16 entries, and counts as unset when blank', () => {
      const entries = Array.from({ length: 16 }, (_, index) => `https://${index}.example`);
      expect(Object.values(read({ [variable]: entries.join() }))).toContainEqual(entries);
      expect(read({ [variable]: '  ' })).toStrictEqual(read());
    });
  });

  it.each([
    'userId',
    'email',
    'emailVerified',
    'name',
    'expiresAt',
    'issuedAt',
    'clientId',
    'scope',
    'claims',
    'code',
    'detail',
    'principalId',
    'integrationLatency',
    '__proto__',
  ])('refuses to start with %s in TOKEN_CLAIMS, which the context uses for something else', (name) => {
    expect(messageOf(() => read({ TOKEN_CLAIMS: `role,${name}` }))).toContain('TOKEN_CLAIMS');
  });

  it.each([
    ['JWT_ISSUER', { issuers: ['other'], audiences: [ISSUER] }],
    ['JWT_AUDIENCE', { issuers: [ISSUER], audiences: ['other'] }],
  ])('takes %s without the other', (variable, expected) => {
    expect(read({ [variable]: 'other' })).toMatchObject(expected);
  });

  it.each(['HS256', 'HS384', 'HS512'])('allows ALGORITHM=%s', (algorithm) => {
    expect(read({ ALGORITHM: algorithm }).sharedSecret?.algorithm).toBe(algorithm);
  });

  it('reads BETTER_AUTH_SECRETS in its order and then ignores BETTER_AUTH_SECRET', () => {
    const list = ` 2:${OTHER_SECRET} , 1:  colons:and spaces inside:are fine 0123456789 `;
    expect(read({ BETTER_AUTH_SECRETS: list }).sharedSecret?.secrets).toEqual([
      OTHER_SECRET,
      'colons:and spaces inside:are fine 0123456789',
    ]);
  });

  it('reads up to eight secrets', () => {
    const list = Array.from({ length: 8 }, (_, version) => `${version}:${SECRET}-${version}`);
    expect(read({ BETTER_AUTH_SECRETS: list.join(',') }).sharedSecret?.secrets).toHaveLength(8);
  });

  it.each([
    ['32 characters', 'x'.repeat(32)],
    ['characters of references inside', `0123456789-\${x}-$(y)-{{resolve:-0123456789`],
  ])('takes a secret of %s', (_name, secret) => {
    expect(read({ BETTER_AUTH_SECRET: secret }).sharedSecret?.secrets).toEqual([secret]);
    expect(read({ BETTER_AUTH_SECRETS: `1:${secret}` }).sharedSecret?.secrets).toEqual([secret]);
  });

  it('leaves a secret as it is, white space included, because Better Auth does', () => {
    expect(read({ BETTER_AUTH_SECRET: ` ${SECRET}\n` }).sharedSecret?.secrets).toEqual([` ${SECRET}\n`]);
  });

  it.each([
    ['no secret', { BETTER_AUTH_SECRET: undefined }],
    ['a blank secret', { BETTER_AUTH_SECRET: '  ' }],
  ])('runs on public keys alone with %s', (_name, env) => {
    expect(read({ ...env, BETTER_AUTH_JWKS: JWKS })).toMatchObject({
      sharedSecret: undefined,
      keySet: { kind: 'inline', keys: [{ kty: 'OKP' }] },
    });
  });

  it('runs in both modes at once', () => {
    const config = read({ BETTER_AUTH_JWKS_URL: `${ISSUER}/api/auth/jwks` });
    expect(config.sharedSecret?.secrets).toEqual([SECRET]);
    expect(config.keySet?.kind).toBe('url');
  });

  it('reads the times', () => {
    const times = { CLOCK_TOLERANCE_SECONDS: '0', ACCESS_TOKEN_EXPIRE_MINUTES: '30' };
    expect(read(times)).toMatchObject({ clockToleranceS: 0, maxAgeS: 1800 });
    expect(read({ CLOCK_TOLERANCE_SECONDS: '300' }).clockToleranceS).toBe(300);
    expect(read({ ACCESS_TOKEN_EXPIRE_MINUTES: '525600' }).maxAgeS).toBe(31_536_000);
    expect(read({ ACCESS_TOKEN_EXPIRE_MINUTES: '1' }).maxAgeS).toBe(60);
  });

  it('takes a blank setting for one that is not set', () => {
    const blank = Object.fromEntries(
      ['BETTER_AUTH_SECRETS', 'ALGORITHM', 'BETTER_AUTH_JWKS_URL', 'BETTER_AUTH_JWKS', 'JWKS_MAX_STALE_HOURS']
        .concat('JWT_ISSUER', 'JWT_AUDIENCE', 'CLOCK_TOLERANCE_SECONDS', 'ACCESS_TOKEN_EXPIRE_MINUTES')
        .map((name) => [name, ' ']),
    );
    expect(read(blank)).toStrictEqual(read());
  });

  const MARK = 'unique-mark-7f3a';
  it.each([
    [
      'neither secret nor keys',
      { BETTER_AUTH_SECRET: undefined },
      ['BETTER_AUTH_SECRET', 'BETTER_AUTH_SECRETS', 'BETTER_AUTH_JWKS_URL', 'BETTER_AUTH_JWKS'],
    ],
    ['a blank secret', { BETTER_AUTH_SECRET: '   ' }, ['BETTER_AUTH_SECRET']],
    [
      'a secret of 31 characters',
      { BETTER_AUTH_SECRET: `${MARK}${'x'.repeat(15)}` },
      ['BETTER_AUTH_SECRET', '32'],
    ],
    [
      'a short secret padded with spaces',
      { BETTER_AUTH_SECRET: `${MARK}${' '.repeat(40)}` },
      ['BETTER_AUTH_SECRET', '32'],
    ],
    [
      'the public default of Better Auth',
      { BETTER_AUTH_SECRET: PUBLIC_SECRET },
      ['BETTER_AUTH_SECRET', 'public default'],
    ],
    [
      'the same with a line break',
      { BETTER_AUTH_SECRET: `${PUBLIC_SECRET}\n` },
      ['BETTER_AUTH_SECRET', 'public default'],
    ],
    [
      'the same in the list',
      { BETTER_AUTH_SECRETS: `2:${SECRET},1:${PUBLIC_SECRET}` },
      ['BETTER_AUTH_SECRETS', 'public default'],
    ],
    [
      'an unresolved CloudFormation reference',
      { BETTER_AUTH_SECRET: `{{resolve:secretsmanager:${MARK}-prod:SecretString:X}}` },
      ['BETTER_AUTH_SECRET', 'was not resolved'],
    ],
    [
      'an unresolved Serverless variable',
      { BETTER_AUTH_SECRET: `\${ssm:/${MARK}/prod/better-auth-secret}` },
      ['BETTER_AUTH_SECRET', 'was not resolved'],
    ],
    [
      'an unresolved shell command',
      { BETTER_AUTH_SECRET: ` $(cat /run/secrets/${MARK}-better-auth)` },
      ['BETTER_AUTH_SECRET', 'was not resolved'],
    ],
    [
      'an unresolved reference in the list',
      { BETTER_AUTH_SECRETS: `1:{{resolve:secretsmanager:${MARK}-prod}}` },
      ['BETTER_AUTH_SECRETS', 'was not resolved'],
    ],
    [
      'a list without versions',
      { BETTER_AUTH_SECRETS: `${MARK}${SECRET}` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    [
      'a list entry without a secret',
      { BETTER_AUTH_SECRETS: `2:${SECRET},1:` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    ['a list entry of a space', { BETTER_AUTH_SECRETS: `1: ,2:${SECRET}` }, ['BETTER_AUTH_SECRETS', '32']],
    [
      'a list with an empty entry',
      { BETTER_AUTH_SECRETS: `2:${SECRET},` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    [
      'a version that is no number',
      { BETTER_AUTH_SECRETS: `v2:${SECRET}` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    [
      'a negative version',
      { BETTER_AUTH_SECRETS: `-1:${SECRET}` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    [
      'a version of ten digits',
      { BETTER_AUTH_SECRETS: `1234567890:${SECRET}` },
      ['BETTER_AUTH_SECRETS', '<version>:<secret>'],
    ],
    [
      'one version twice',
      { BETTER_AUTH_SECRETS: `1:${SECRET},01:${OTHER_SECRET}` },
      ['BETTER_AUTH_SECRETS', 'one version'],
    ],
    [
      'a short secret in the list',
      { BETTER_AUTH_SECRETS: `2:${SECRET},1:${MARK}` },
      ['BETTER_AUTH_SECRETS', '32'],
    ],
    [
      'nine secrets',
      { BETTER_AUTH_SECRETS: Array.from({ length: 9 }, (_, at) => `${at}:${SECRET}${at}`).join() },
      ['BETTER_AUTH_SECRETS', '8'],
    ],
    [
      'a broken list together with a good secret',
      { BETTER_AUTH_SECRET: SECRET, BETTER_AUTH_SECRETS: MARK },
      ['BETTER_AUTH_SECRETS'],
    ],
    ['an algorithm of another family', { ALGORITHM: 'RS256' }, ['ALGORITHM', 'HS256, HS384, HS512']],
    ['an algorithm in lower case', { ALGORITHM: 'hs256' }, ['ALGORITHM']],
    ['no algorithm at all', { ALGORITHM: 'none' }, ['ALGORITHM']],
    ['a property name as algorithm', { ALGORITHM: 'constructor' }, ['ALGORITHM']],
    [
      'a wrong algorithm without a secret',
      { ALGORITHM: MARK, BETTER_AUTH_SECRET: undefined, BETTER_AUTH_JWKS: JWKS },
      ['ALGORITHM'],
    ],
    ['no address', { BETTER_AUTH_URL: undefined }, ['BETTER_AUTH_URL']],
    ['no address but an issuer', { BETTER_AUTH_URL: undefined, JWT_ISSUER: ISSUER }, ['BETTER_AUTH_URL']],
    ['no address but an audience', { BETTER_AUTH_URL: undefined, JWT_AUDIENCE: ISSUER }, ['BETTER_AUTH_URL']],
    ['an address without a scheme', { BETTER_AUTH_URL: `${MARK}.example.com` }, ['BETTER_AUTH_URL', 'http']],
    [
      'an address of another scheme',
      { BETTER_AUTH_URL: `ftp://${MARK}.example.com` },
      ['BETTER_AUTH_URL', 'http'],
    ],
    [
      'an address of a scheme that only begins like it',
      { BETTER_AUTH_URL: `httpsx://${MARK}.example.com` },
      ['BETTER_AUTH_URL', 'http'],
    ],
    [
      'an address whose scheme only ends like it',
      { BETTER_AUTH_URL: `xhttp://${MARK}.example.com` },
      ['BETTER_AUTH_URL', 'http'],
    ],
    ['a negative tolerance', { CLOCK_TOLERANCE_SECONDS: '-1' }, ['CLOCK_TOLERANCE_SECONDS', '0', '300']],
    ['a tolerance that is too large', { CLOCK_TOLERANCE_SECONDS: '301' }, ['CLOCK_TOLERANCE_SECONDS', '300']],
    ['a tolerance that is no number', { CLOCK_TOLERANCE_SECONDS: MARK }, ['CLOCK_TOLERANCE_SECONDS']],
    ['an age of zero', { ACCESS_TOKEN_EXPIRE_MINUTES: '0' }, ['ACCESS_TOKEN_EXPIRE_MINUTES', '1']],
    ['an age of a fraction', { ACCESS_TOKEN_EXPIRE_MINUTES: '1.5' }, ['ACCESS_TOKEN_EXPIRE_MINUTES']],
    [
      'an age of more than a year',
      { ACCESS_TOKEN_EXPIRE_MINUTES: '525601' },
      ['ACCESS_TOKEN_EXPIRE_MINUTES', '525600'],
    ],
    [
      'two sources of keys',
      { BETTER_AUTH_JWKS: JWKS, BETTER_AUTH_JWKS_URL: ISSUER },
      ['BETTER_AUTH_JWKS_URL', 'BETTER_AUTH_JWKS'],
    ],
    [
      'keys over plain http',
      { BETTER_AUTH_JWKS_URL: `http://${MARK}.example.com/jwks` },
      ['BETTER_AUTH_JWKS_URL', 'https'],
    ],
  ] as const)('refuses to start with %s, naming the variable and never its value', (_name, env, words) => {
    const sentence = messageOf(() => read(env));
    for (const word of words) expect(sentence).toContain(word);
    const values = Object.values(env)
      .filter((value) => value !== undefined)
      .filter((value) => value.trim().length > 4);
    for (const value of [MARK, SECRET, OTHER_SECRET, ...values]) expect(sentence).not.toContain(value.trim());
  });

  it('says how to turn either mode on', () => {
    expect(messageOf(() => readAuthorizerConfig({}))).toBe(
      'Set BETTER_AUTH_SECRET (or BETTER_AUTH_SECRETS) to the secret of the Better Auth server, or BETTER_AUTH_JWKS_URL (or BETTER_AUTH_JWKS) to its public keys.',
    );
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a refusal to start');
}
