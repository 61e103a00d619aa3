import { describe, expect, it } from '@jest/globals';
import { apiEvent } from '../../support/api-event.ts';
import { readHeader, requireBaseUrl } from './event.ts';

const TASK = { path: '/api/tasks/{taskId}' };

describe('requireBaseUrl', () => {
  it.each([
    ['the stage on execute-api', { stage: '/dev' }, 'https://api.example.com/dev'],
    ['the base path of a custom domain', { stage: '/todo/v1' }, 'https://api.example.com/todo/v1'],
    [
      'nothing more locally',
      { stage: '', headers: { Host: 'localhost:4700', 'X-Forwarded-Proto': 'http' } },
      'http://localhost:4700',
    ],
    ['an IPv6 host', { stage: '', headers: { Host: '[::1]:4700' } }, 'https://[::1]:4700'],
    [
      'the first hop that was HTTPS',
      { stage: '', headers: { 'X-Forwarded-Proto': 'https, http' } },
      'https://api.example.com',
    ],
    [
      'its own domain instead of a Host that is not valid',
      { stage: '/dev', headers: { Host: 'evil.example/path?' } },
      'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/dev',
    ],
  ])('keeps %s', (_name, options, expected) => {
    expect(requireBaseUrl(apiEvent({ path: '/api/tasks/1', ...options }), TASK)).toBe(expected);
  });

  it('is plain HTTP when no proxy says otherwise', () => {
    const event = apiEvent({ stage: '' });
    event.headers = { host: 'localhost:4700' };
    event.multiValueHeaders = {};
    expect(requireBaseUrl(event, { path: '/api/tasks' })).toBe('http://localhost:4700');
  });

  it('is not misled by an encoded slash in a parameter', () => {
    expect(requireBaseUrl(apiEvent({ path: '/api/tasks/a%2Fb' }), TASK)).toBe('https://api.example.com/dev');
  });

  it.each([
    ['another path', '/api/notes/1'],
    ['the collection', '/api/tasks'],
    ['an empty id', '/api/tasks/'],
    ['a slash at the end', '/api/tasks/1/'],
    ['less than the path', '/1'],
    ['what a client put in front', '//evil/../api/tasks/1'],
    ['no slash in front', 'api/tasks/1'],
  ])('is refused for %s', (_name, path) => {
    expect(() => requireBaseUrl(apiEvent({ path, stage: '' }), TASK)).toThrow(
      expect.objectContaining({ code: 'route_not_found' }),
    );
  });

  it('takes sixteen times as long for sixteen times as many slashes, and not the square of it', () => {
    const [few, many] = [2_000, 32_000].map((slashes) => apiEvent({ path: `${'/'.repeat(slashes)}x` }));
    const timeOf = (event = apiEvent()) => {
      const begun = performance.now();
      expect(() => requireBaseUrl(event, TASK)).toThrow();
      return performance.now() - begun;
    };
    // In turns, and the fastest of each: another process can delay some rounds, not all.
    const rounds = Array.from({ length: 9 }, () => [timeOf(few), timeOf(many)] as const);
    const [ofFew, ofMany] = [0, 1].map((side) => Math.min(...rounds.map((round) => round[side as 0 | 1])));
    expect((ofMany as number) / (ofFew as number)).toBeLessThan(64);
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
