import { describe, expect, it } from '@jest/globals';
import { apiEvent } from '../../tests/support/api-event.ts';
import { readBaseUrl, readHeader } from './event.ts';

const TASK = '/api/tasks/{taskId}';

describe('readBaseUrl', () => {
  it.each([
    ['the stage on execute-api', { stage: '/dev' }, 'https://api.example.com/dev'],
    ['the base path of a custom domain', { stage: '/todo/v1' }, 'https://api.example.com/todo/v1'],
    [
      'nothing more locally',
      { stage: '', headers: { Host: 'localhost:3000', 'X-Forwarded-Proto': 'http' } },
      'http://localhost:3000',
    ],
    ['an IPv6 host', { stage: '', headers: { Host: '[::1]:3000' } }, 'https://[::1]:3000'],
    [
      'the first hop that was HTTPS',
      { stage: '', headers: { 'X-Forwarded-Proto': 'https, http' } },
      'https://api.example.com',
    ],
    [
      'its own domain instead of a Host that is none',
      { stage: '/dev', headers: { Host: 'evil.example/path?' } },
      'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/dev',
    ],
  ])('keeps %s', (_name, options, expected) => {
    expect(readBaseUrl(apiEvent({ path: '/api/tasks/1', ...options }), TASK)).toBe(expected);
  });

  it('is plain HTTP when no proxy says otherwise', () => {
    const event = apiEvent({ stage: '' });
    event.headers = { host: 'localhost:3000' };
    event.multiValueHeaders = {};
    expect(readBaseUrl(event, '/api/tasks')).toBe('http://localhost:3000');
  });

  it.each([
    ['a trailing slash', '/api/tasks/1/'],
    ['an encoded slash in a parameter', '/api/tasks/a%2Fb'],
  ])('is not misled by %s', (_name, path) => {
    expect(readBaseUrl(apiEvent({ path }), TASK)).toBe('https://api.example.com/dev');
  });
});

describe('readHeader', () => {
  it('finds a header whatever the case of its name', () => {
    expect(readHeader(apiEvent({ headers: { 'if-MATCH': '"1"' } }), 'If-Match')).toBe('"1"');
  });

  it('joins a header that was sent twice', () => {
    const event = apiEvent();
    event.multiValueHeaders['If-Match'] = ['"1"', '"2"'];
    expect(readHeader(event, 'if-match')).toBe('"1", "2"');
  });

  it('reads single-value headers when that is all there is', () => {
    const event = apiEvent({ headers: { ETag: '"1"' } });
    event.multiValueHeaders = null as never;
    expect(readHeader(event, 'etag')).toBe('"1"');
    expect(readHeader(event, 'absent')).toBeUndefined();
  });
});
