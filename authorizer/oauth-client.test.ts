import { describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/verdicts.ts';
import { readClient } from './oauth-client.ts';

const USER = { sub: 'user-1' };
const read = (claims: object) => readClient({ ...USER, ...claims });

/** Kinds of value that a signer may write where a text belongs. */
const ODD: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 1],
  ['zero', 0],
  ['true', true],
  ['false', false],
  ['an array', ['tasks:write']],
  ['an empty array', []],
  ['an object', { 'tasks:write': true }],
];

describe('readClient', () => {
  it('finds no client in a token of the user itself', () => {
    expect(read({ sid: 's', role: 'admin', scopes: ['x'], clientId: 'x' })).toStrictEqual({});
  });

  it.each([
    ['as Better Auth writes it', { client_id: 'c', azp: 'c', scope: 'tasks:read' }],
    ['with client_id alone', { client_id: 'c', scope: 'tasks:read' }],
    ['with azp alone', { azp: 'c', scope: 'tasks:read' }],
  ])('finds client and scope: %s', (_name, claims) => {
    expect(read(claims)).toStrictEqual({ clientId: 'c', scope: 'tasks:read' });
  });

  it('finds a scope without a client', () => {
    expect(read({ scope: 'tasks:read' })).toStrictEqual({ scope: 'tasks:read' });
  });

  it('finds several scopes', () => {
    expect(read({ scope: 'openid tasks:read email' })).toStrictEqual({ scope: 'openid tasks:read email' });
  });

  it('takes no token without a subject and without a client for a client that is its own subject', () => {
    expect(readClient({ scope: 'tasks:read' })).toStrictEqual({ scope: 'tasks:read' });
  });

  it.each([
    ['no scope', {}],
    ['an empty scope', { scope: '' }],
  ])('gives a client with %s no scope at all', (_name, claims) => {
    expect(read({ client_id: 'c', ...claims })).toStrictEqual({ clientId: 'c', scope: '' });
    expect(read({ azp: 'c', ...claims })).toStrictEqual({ clientId: 'c', scope: '' });
  });

  it('names each scope once, in the order of the token', () => {
    expect(read({ scope: 'b a b a a' }).scope).toBe('b a');
  });

  it.each([
    ...ODD,
    ['an empty text', ''],
    ['a space', ' '],
    ['a leading space', ' tasks:write'],
    ['a trailing space', 'tasks:write '],
    ['two spaces', 'tasks:read  tasks:write'],
    ['a tab', 'tasks:read\ttasks:write'],
    ['a line break', 'tasks:read\ntasks:write'],
    ['a trailing line break', 'tasks:write\n'],
    ['a control character', 'tasks:write\u0000'],
    ['a delete character', 'tasks:write\u007f'],
    ['a double quote', 'tasks:"write"'],
    ['a backslash', 'tasks\\write'],
    ['another alphabet', 'tasks:žluť'],
    ['a no-break space', 'tasks:read\u00a0tasks:write'],
    ['10 KB', 'tasks:write '.repeat(853).trim()],
    ['1,025 characters', 'x'.repeat(1025)],
  ])('refuses a scope that is %s', async (_name, scope) => {
    expect(await codeOf(() => read({ scope }))).toBe('malformed_client');
  });

  it.each(ODD)('refuses a scope that is %s next to a client too', async (_name, scope) => {
    expect(await codeOf(() => read({ client_id: 'c', azp: 'c', scope }))).toBe('malformed_client');
  });

  it.each([
    ['every character of RFC 6749', '!#$%&()*+,-./09:;<=>?@AZ[]^_`az{|}~'],
    ['1,024 characters', 'x'.repeat(1024)],
  ])('accepts a scope of %s', (_name, scope) => {
    expect(read({ scope }).scope).toBe(scope);
  });

  describe.each(['client_id', 'azp'])('%s', (member) => {
    it.each([
      ...ODD,
      ['an empty text', ''],
      ['a text with a line break', 'a\nb'],
      ['a text with a trailing line break', 'a\n'],
      ['a text with a control character', 'a\u0000'],
      ['a text of another alphabet', 'ž'],
      ['513 characters', 'x'.repeat(513)],
    ])('is refused when it is %s', async (_name, value) => {
      expect(await codeOf(() => read({ [member]: value }))).toBe('malformed_client');
      expect(await codeOf(() => read({ [member]: value, scope: 'tasks:write' }))).toBe('malformed_client');
    });

    it.each([
      ['an address', 'https://agent.example.com/client.json'],
      ['512 characters', 'x'.repeat(512)],
    ])('may be %s', (_name, value) => {
      expect(read({ [member]: value }).clientId).toBe(value);
    });

    it('is no user, also when the token has a scope', async () => {
      expect(await codeOf(() => read({ sub: 'c', [member]: 'c', scope: 'tasks:read' }))).toBe(
        'client_as_subject',
      );
      expect(await codeOf(() => read({ sub: 'c', [member]: 'c' }))).toBe('client_as_subject');
    });
  });

  it.each([
    ['differ', { client_id: 'a', azp: 'b' }],
    ['are of two kinds', { client_id: 'a', azp: ['a'] }],
    ['differ, one of them being the subject', { client_id: 'a', azp: 'user-1' }],
    ['are one text and one null', { client_id: 'a', azp: null }],
    ['are one null and one text', { client_id: null, azp: 'a' }],
  ])('refuses a client_id and an azp that %s', async (_name, claims) => {
    expect(await codeOf(() => read(claims))).toBe('malformed_client');
  });

  it.each([
    ['a DPoP key', { jkt: 'x' }],
    ['a certificate', { 'x5t#S256': 'x' }],
    ['a key', { jwk: {} }],
    ['nothing', {}],
    ['an empty text', ''],
    ...ODD,
  ])('refuses a cnf of %s, for users and clients alike', async (_name, cnf) => {
    expect(await codeOf(() => read({ cnf }))).toBe('sender_constrained_token');
    expect(await codeOf(() => read({ cnf, client_id: 'c', scope: 'tasks:read' }))).toBe(
      'sender_constrained_token',
    );
    expect(await codeOf(() => read({ cnf, scope: 1 }))).toBe('sender_constrained_token');
  });
});
