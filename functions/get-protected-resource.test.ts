import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { ISSUER } from '../support/tokens.ts';
import { SCOPES } from './http/generated/scopes.ts';
import { resourceServices } from './services/config.ts';

const ask = (env: Record<string, string>, options = {}) => {
  const { apiUrl, issuers } = resourceServices({ BETTER_AUTH_URL: ISSUER, ...env });
  return makeApi({ apiUrl, issuers }).call<Record<string, unknown>>('getProtectedResource', options);
};

describe('getProtectedResource', () => {
  it('says with which tokens the API opens (RFC 9728 §2)', async () => {
    expect((await ask({ JWT_ISSUER: `${ISSUER}/api/auth,${ISSUER}` })).json).toEqual({
      resource: 'https://api.example.com/dev',
      authorization_servers: [`${ISSUER}/api/auth`, ISSUER],
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
    });
  });

  it('takes the origin of BETTER_AUTH_URL for the server, and leaves out an issuer that is no address', async () => {
    expect((await ask({})).json).toMatchObject({ authorization_servers: [ISSUER] });
    expect((await ask({ JWT_ISSUER: 'urn:sign-in' })).json).toMatchObject({ authorization_servers: [] });
  });

  it.each([
    ['a custom domain', 'https://api.example.org', 'https://api.example.org'],
    ['a slash at the end', 'https://api.example.org/todo/', 'https://api.example.org/todo'],
    ['the laptop', 'http://localhost:4700', 'http://localhost:4700'],
  ])('names API_URL as the resource wherever it was asked: %s', async (_name, API_URL, resource) => {
    expect((await ask({ API_URL })).json).toMatchObject({ resource });
  });

  it('names the address it was asked at without API_URL', async () => {
    const headers = { Host: 'localhost:4700', 'X-Forwarded-Proto': 'http' };
    expect((await ask({}, { stage: '', headers })).json).toMatchObject({ resource: 'http://localhost:4700' });
  });

  it.each(['api.example.com', 'ftp://api.example.com', 'https://api.example.com?x=1', 'https://a.example#b'])(
    'stops at the API_URL %s',
    (API_URL) => {
      expect(() => resourceServices({ BETTER_AUTH_URL: ISSUER, API_URL })).toThrow(/API_URL/);
    },
  );
});
