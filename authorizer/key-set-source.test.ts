import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../common/env.ts';
import { KEY_PAIR_ALGORITHMS } from '../support/tokens.ts';
import { findKeys, isKeySetAlgorithm, readKeySetSource } from './key-set-source.ts';

const HOUR_MS = 3_600_000;
const url = (address: string) => readKeySetSource({ BETTER_AUTH_JWKS_URL: address });

describe('isKeySetAlgorithm', () => {
  it.each(KEY_PAIR_ALGORITHMS)('knows %s', (alg) => {
    expect(isKeySetAlgorithm(alg)).toBe(true);
  });

  it.each(['HS256', 'none', 'RS384', 'ES384', 'ES256K', 'Ed25519', 'eddsa', 'constructor', '__proto__', ''])(
    'does not know %j',
    (alg) => {
      expect(isKeySetAlgorithm(alg)).toBe(false);
    },
  );
});

describe('readKeySetSource', () => {
  it('is off unless one of its two settings is given', () => {
    expect(readKeySetSource({})).toBeUndefined();
    expect(readKeySetSource({ BETTER_AUTH_JWKS_URL: ' ', BETTER_AUTH_JWKS: '' })).toBeUndefined();
    expect(readKeySetSource({ JWKS_MAX_STALE_HOURS: '1' })).toBeUndefined();
  });

  it.each([
    'https://auth.example.com/api/auth/jwks',
    'http://localhost:4701/api/auth/jwks',
    'http://127.0.0.1:4701/jwks',
    'http://127.1.2.3/jwks',
    'http://127.255.10.200/jwks',
    'http://[::1]:4701/jwks',
  ])('takes the address %s', (address) => {
    expect(url(address)).toStrictEqual({
      kind: 'url',
      url: new URL(address),
      maxStaleMs: 24 * HOUR_MS,
      timeoutMs: 2000,
    });
  });

  it.each([
    ['http elsewhere', 'http://auth.example.com/jwks', 'https'],
    ['http on a name that begins like loopback', 'http://localhost.example.com/jwks', 'https'],
    ['http on a name that ends like loopback', 'http://notlocalhost/jwks', 'https'],
    ['http on a name made of loopback numbers', 'http://127.0.0.1.example.com/jwks', 'https'],
    ['http on a name that ends in loopback numbers', 'http://x127.0.0.1.nip.example/jwks', 'https'],
    ['http on a private address', 'http://10.0.0.1/jwks', 'https'],
    ['http on every address', 'http://0.0.0.0/jwks', 'https'],
    ['http on the metadata address', 'http://169.254.169.254/jwks', 'https'],
    ['another scheme on loopback', 'ftp://localhost/jwks', 'https'],
    ['a file', 'file:///etc/jwks.json', 'https'],
    ['data', 'data:application/json,{}', 'https'],
    ['no address', 'jwks', 'https'],
    ['a user name', 'https://user@auth.example.com/jwks', 'password'],
    ['a password', 'https://:password@auth.example.com/jwks', 'password'],
  ])('refuses %s', (_name, address, word) => {
    expect(() => url(address)).toThrow(ConfigError);
    expect(() => url(address)).toThrow(/^BETTER_AUTH_JWKS_URL must /);
    expect(() => url(address)).toThrow(word);
    expect(() => url(address)).not.toThrow(address);
  });

  it.each([
    ['0', 0],
    ['1', HOUR_MS],
    ['24', 24 * HOUR_MS],
  ])('takes JWKS_MAX_STALE_HOURS=%s', (hours, maxStaleMs) => {
    const env = { BETTER_AUTH_JWKS_URL: 'https://auth.example.com/jwks', JWKS_MAX_STALE_HOURS: hours };
    expect(readKeySetSource(env)).toMatchObject({ maxStaleMs });
  });

  it.each(['25', '-1', '0.5', 'forever'])('refuses JWKS_MAX_STALE_HOURS=%s', (hours) => {
    const env = { BETTER_AUTH_JWKS_URL: 'https://auth.example.com/jwks', JWKS_MAX_STALE_HOURS: hours };
    expect(() => readKeySetSource(env)).toThrow('JWKS_MAX_STALE_HOURS must be a whole number from 0 to 24.');
  });

  it.each([100, 2500, 4000])('takes JWKS_TIMEOUT_MS=%d', (timeoutMs) => {
    const env = {
      BETTER_AUTH_JWKS_URL: 'https://auth.example.com/jwks',
      JWKS_TIMEOUT_MS: String(timeoutMs),
    };
    expect(readKeySetSource(env)).toMatchObject({ timeoutMs });
  });

  it.each(['99', '4001', '0', '-1', '1.5', '2s'])('refuses JWKS_TIMEOUT_MS=%s', (timeout) => {
    const env = { BETTER_AUTH_JWKS_URL: 'https://auth.example.com/jwks', JWKS_TIMEOUT_MS: timeout };
    expect(() => readKeySetSource(env)).toThrow('JWKS_TIMEOUT_MS must be a whole number from 100 to 4000.');
  });

  it('takes the key set itself, whatever is in it: unusable keys are skipped where keys are read', () => {
    const keys = [{ kty: 'OKP' }, null, 'x'];
    expect(readKeySetSource({ BETTER_AUTH_JWKS: JSON.stringify({ keys }) })).toStrictEqual({
      kind: 'inline',
      keys,
    });
  });

  it.each([
    ['no JSON', 'keys'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a text', '"keys"'],
    ['no keys', '{}'],
    ['keys that are no array', '{"keys":{}}'],
    ['an empty set', '{"keys":[]}'],
    ['a key instead of a set', '{"kty":"OKP"}'],
  ])('refuses %s for a key set', (_name, text) => {
    expect(() => readKeySetSource({ BETTER_AUTH_JWKS: text })).toThrow(
      'BETTER_AUTH_JWKS must be a JSON Web Key Set: {"keys":[…]} with at least one key.',
    );
  });

  it('refuses two sources', () => {
    const env = { BETTER_AUTH_JWKS_URL: 'https://auth.example.com/jwks', BETTER_AUTH_JWKS: '{"keys":[{}]}' };
    expect(() => readKeySetSource(env)).toThrow('Set BETTER_AUTH_JWKS_URL or BETTER_AUTH_JWKS, not both.');
  });
});

describe('findKeys', () => {
  it('reads an empty set for what it is', () => {
    expect(findKeys('{"keys":[],"other":1}')).toEqual([]);
  });
});
