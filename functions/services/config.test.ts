import { describe, expect, it } from '@jest/globals';
import { apiServices, findRequestsPerMinute, requireTableName } from './config.ts';

describe('apiServices', () => {
  it('lets every origin read replies and every caller in unless told otherwise', () => {
    expect(apiServices({})).toMatchObject({ corsAllowedOrigin: '*', requireVerifiedEmail: false });
    expect(apiServices({ CORS_ALLOWED_ORIGIN: '', REQUIRE_VERIFIED_EMAIL: ' ' })).toMatchObject({
      corsAllowedOrigin: '*',
      requireVerifiedEmail: false,
    });
  });

  it('takes one origin and the demand for verified addresses', () => {
    const env = { CORS_ALLOWED_ORIGIN: 'https://app.example.com', REQUIRE_VERIFIED_EMAIL: 'true' };
    expect(apiServices(env)).toMatchObject({
      corsAllowedOrigin: 'https://app.example.com',
      requireVerifiedEmail: true,
    });
  });

  it.each([
    ['an origin with a slash, which would match none', { CORS_ALLOWED_ORIGIN: 'https://app.example.com/' }],
    ['a list of origins', { CORS_ALLOWED_ORIGIN: 'https://a.example,https://b.example' }],
    ['an origin without a scheme', { CORS_ALLOWED_ORIGIN: 'app.example.com' }],
    ['a flag that is neither true nor false', { REQUIRE_VERIFIED_EMAIL: 'yes' }],
  ])('refuses %s and names the variable', (_name, env) => {
    expect(() => apiServices(env)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^[A-Z_]+ must be/) }),
    );
  });
});

describe('findRequestsPerMinute', () => {
  it('limits nothing unless told to', () => {
    expect(findRequestsPerMinute({ RATE_LIMIT_PER_MINUTE: '' })).toBeUndefined();
    expect(findRequestsPerMinute({ RATE_LIMIT_PER_MINUTE: '60' })).toBe(60);
  });

  it.each(['0', '-1', '1.5', 'many'])('refuses %s and names the variable', (text) => {
    expect(() => findRequestsPerMinute({ RATE_LIMIT_PER_MINUTE: text })).toThrow(
      'RATE_LIMIT_PER_MINUTE must be',
    );
  });
});

describe('requireTableName', () => {
  it('names the variable that is missing', () => {
    expect(() => requireTableName({}, 'TASKS_TABLE')).toThrow('TASKS_TABLE must name a DynamoDB table.');
    expect(requireTableName({ TASKS_TABLE: 'tasks' }, 'TASKS_TABLE')).toBe('tasks');
  });
});
