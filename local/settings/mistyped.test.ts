import { describe, expect, it } from '@jest/globals';
import { findMistyped, SETTINGS } from './mistyped.ts';

describe('findMistyped', () => {
  it.each([
    ['BETER_AUTH_URL', 'BETTER_AUTH_URL'],
    ['BETTER_AUHT_SECRET', 'BETTER_AUTH_SECRET'],
    ['better_auth_url', 'BETTER_AUTH_URL'],
    ['RATE_LIMIT_PER_MINUTES', 'RATE_LIMIT_PER_MINUTE'],
    ['CORS_ALLOWED_ORIGINS', 'CORS_ALLOWED_ORIGIN'],
    ['API_PROT', 'API_PORT'],
    ['LOCAL_AUTH_ALGO', 'LOCAL_AUTH_ALG'],
  ])('takes %s for %s', (typed, meant) => {
    expect(findMistyped({ [typed]: 'a value that stays out' })).toEqual([
      `${typed} is not a setting and is ignored. Did you mean ${meant}?`,
    ]);
  });

  it.each([
    'PATH',
    'HOME',
    'PORT',
    'GREETING',
    'AUTH_URL',
    'TASKS_TABLE',
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'BETTER_AUTH_TELEMETRY',
    'NODE_OPTIONS',
    'npm_config_local_prefix',
    ...SETTINGS,
  ])('leaves %s alone', (name) => {
    expect(findMistyped({ [name]: 'x' })).toEqual([]);
  });
});
