import { describe, expect, it } from '@jest/globals';
import { apiServices, findRequestsPerMinute, requireTableName } from './config.ts';

describe('apiServices', () => {
  it('lets every origin read replies and every caller in unless told otherwise', () => {
    expect(apiServices({})).toMatchObject({ corsAllowedOrigins: ['*'], requireVerifiedEmail: false });
    expect(apiServices({ CORS_ALLOWED_ORIGIN: '', REQUIRE_VERIFIED_EMAIL: ' ' })).toMatchObject({
      corsAllowedOrigins: ['*'],
      requireVerifiedEmail: false,
    });
  });

  it('takes one origin and the demand for verified addresses', () => {
    const env = { CORS_ALLOWED_ORIGIN: 'https://app.example.com', REQUIRE_VERIFIED_EMAIL: 'true' };
    expect(apiServices(env)).toMatchObject({
      corsAllowedOrigins: ['https://app.example.com'],
      requireVerifiedEmail: true,
    });
  });

  it('takes several origins', () => {
    const env = { CORS_ALLOWED_ORIGIN: 'https://a.example, https://b.example' };
    expect(apiServices(env)).toMatchObject({
      corsAllowedOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  it.each([
    ['an origin with a slash, which would match none', { CORS_ALLOWED_ORIGIN: 'https://app.example.com/' }],
    ['every origin and one more', { CORS_ALLOWED_ORIGIN: '*,https://b.example' }],
    ['a list with an empty entry', { CORS_ALLOWED_ORIGIN: 'https://a.example,' }],
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
