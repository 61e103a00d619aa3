import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readLocalSettings } from './local-settings.ts';

const SECRET = 'a secret of the developer that is long enough';
const OTHER_SECRET = 'another secret that is long enough as well';

function setUp({ file = '' } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'));
  if (file) writeFileSync(join(directory, '.env'), file);
  return { directory, read: (env: Record<string, string> = {}) => readLocalSettings(env, directory) };
}

describe('readLocalSettings', () => {
  it('needs no setting at all', () => {
    const { directory, read } = setUp();
    const { env, authPort, dynamoDbPort, dataDirectory, issuer } = read();
    expect({ authPort, dynamoDbPort, dataDirectory }).toEqual({
      authPort: 4701,
      dynamoDbPort: 4702,
      dataDirectory: join(directory, '.local'),
    });
    expect(env).toMatchObject({
      BETTER_AUTH_URL: 'http://localhost:4701',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:4702',
    });
    expect(issuer).toMatchObject({ secret: env['BETTER_AUTH_SECRET'], signing: 'HS256' });
  });

  it('takes the environment first, then .env, then the default', () => {
    const { read } = setUp({ file: `AUTH_PORT=4001\nDYNAMODB_PORT=4002\nBETTER_AUTH_SECRET="${SECRET}"\n` });
    const { authPort, dynamoDbPort, env } = read({ AUTH_PORT: '5001' });
    expect({ authPort, dynamoDbPort, secret: env['BETTER_AUTH_SECRET'] }).toEqual({
      authPort: 5001,
      dynamoDbPort: 4002,
      secret: SECRET,
    });
  });

  it('counts a blank variable as unset', () => {
    const { read } = setUp({ file: `BETTER_AUTH_SECRET="${SECRET}"` });
    expect(read({ BETTER_AUTH_SECRET: ' ' }).env['BETTER_AUTH_SECRET']).toBe(SECRET);
  });

  it('leaves a secret with $ and # in .env as it is written', () => {
    const { read } = setUp({ file: `BETTER_AUTH_SECRET='a$HOME-secret-with-#-and-$$-in-it-long'` });
    expect(read().env['BETTER_AUTH_SECRET']).toBe('a$HOME-secret-with-#-and-$$-in-it-long');
  });

  it('uses a secret and an address given from outside as they are, and makes none', () => {
    const { directory, read } = setUp();
    const given = { BETTER_AUTH_SECRET: SECRET, BETTER_AUTH_URL: 'https://auth.example.com/api/auth' };
    const { env, issuer } = read(given);
    expect(env).toMatchObject(given);
    expect(issuer).toMatchObject({ secret: SECRET, baseUrl: given.BETTER_AUTH_URL });
    expect(existsSync(join(directory, '.local'))).toBe(false);
  });

  it('signs with the first of several secrets, as Better Auth does', () => {
    const { read } = setUp();
    const { issuer, env } = read({ BETTER_AUTH_SECRETS: `2:${SECRET},1:${OTHER_SECRET}` });
    expect(issuer?.secret).toBe(SECRET);
    expect(env['BETTER_AUTH_SECRET']).toBe('');
  });

  it.each(['HS384', 'HS512'])('signs with %s when the API expects it', (ALGORITHM) => {
    expect(setUp().read({ ALGORITHM }).issuer?.signing).toBe(ALGORITHM);
  });

  it('issues what the API expects when issuer, audience or age are set', () => {
    const given = { JWT_ISSUER: 'https://a.test', JWT_AUDIENCE: 'api', ACCESS_TOKEN_EXPIRE_MINUTES: '2' };
    expect(setUp().read(given).issuer).toMatchObject({
      issuer: 'https://a.test',
      audience: 'api',
      tokenLifetimeS: 120,
    });
  });

  it('trusts the published keys, and no secret, when the local server signs with a key pair', () => {
    const { issuer, env } = setUp().read({ LOCAL_AUTH_ALG: 'EdDSA', AUTH_PORT: '4001' });
    expect(issuer?.signing).toBe('EdDSA');
    expect(env).toMatchObject({
      BETTER_AUTH_JWKS_URL: 'http://127.0.0.1:4001/api/auth/jwks',
      BETTER_AUTH_SECRET: '',
    });
  });

  it('starts no sign-in server with LOCAL_AUTH=off', () => {
    const given = { LOCAL_AUTH: 'off', BETTER_AUTH_URL: 'http://localhost:9000', BETTER_AUTH_SECRET: SECRET };
    expect(setUp().read(given).issuer).toBeUndefined();
  });

  it('leaves the SDK no way to real AWS credentials or past the embedded database', () => {
    const { env } = setUp().read({
      AWS_PROFILE: 'work',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_SECRET_ACCESS_KEY: 'real',
      AWS_SESSION_TOKEN: 'real',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    });
    expect(env).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) {
      expect(env[name]).toBeUndefined();
    }
  });

  it('embeds no database when another one is named', () => {
    const { env, hasEmbeddedDynamoDb } = setUp().read({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8001' });
    expect(hasEmbeddedDynamoDb).toBe(false);
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8001',
      AWS_ACCESS_KEY_ID: 'local',
    });
  });

  it.each([
    ['a port that is not valid', { AUTH_PORT: '70000' }, 'AUTH_PORT must be a whole number from 1 to 65535.'],
    [
      'an API port that is not valid',
      { API_PORT: '80x' },
      'API_PORT must be a whole number from 1 to 65535.',
    ],
    [
      'a Lambda port that is not valid',
      { LAMBDA_PORT: '0' },
      'LAMBDA_PORT must be a whole number from 1 to 65535.',
    ],
    ['an unknown switch', { LOCAL_AUTH: 'maybe' }, 'LOCAL_AUTH must be on or off.'],
    ['an unknown key algorithm', { LOCAL_AUTH_ALG: 'none' }, 'LOCAL_AUTH_ALG must be EdDSA'],
    [
      'a short secret',
      { BETTER_AUTH_SECRET: 'short' },
      'BETTER_AUTH_SECRET must be at least 32 characters long.',
    ],
    [
      'an address that is not valid, although nothing compares it',
      { BETTER_AUTH_URL: 'localhost', JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' },
      'BETTER_AUTH_URL must be',
    ],
    ['an origin with a path', { CORS_ALLOWED_ORIGIN: 'https://a.test/app' }, 'CORS_ALLOWED_ORIGIN must be'],
    ['an address of the API without a scheme', { API_URL: 'api.example.com' }, 'API_URL must be'],
    ['no issuer to trust', { LOCAL_AUTH: 'off' }, 'Set BETTER_AUTH_SECRET'],
  ])('refuses %s, naming the variable', (_name, env, sentence) => {
    expect(() => setUp().read(env)).toThrow(sentence);
  });
});
