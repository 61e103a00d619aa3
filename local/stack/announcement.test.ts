import { expect, it } from '@jest/globals';
import { announcement, findListPath } from './announcement.ts';

const http = (method: string, path: string, authorizer?: object) => ({
  events: [{ http: { method, path, ...(authorizer && { authorizer }) } }],
});

it.each([
  [
    'the first with an authorizer',
    { getMe: http('get', '/api/me'), listNotes: http('GET', 'api/notes', {}) },
    '/api/notes',
  ],
  [
    'one without, where none has it',
    { getHealth: http('get', '/health'), list: http('get', '/all') },
    '/all',
  ],
  [
    'no single record',
    { getNote: http('get', '/api/notes/{noteId}', {}), list: http('get', '/all') },
    '/all',
  ],
  [
    'no function without routes, and no short form',
    { authorizer: {}, a: { events: [{ http: 'GET all' }] } },
    '/api/me',
  ],
])('the line to paste asks %s', (_which, functions, path) => {
  expect(findListPath(functions)).toBe(path);
});

it.each([['a.token'], [undefined]])('the line to paste names that route, with the token %s', (token) => {
  const addresses = {
    api: 'http://localhost:1',
    list: '/api/notes',
    signIn: undefined,
    database: 'db',
    data: undefined,
  };
  const line = announcement(addresses, token)
    .split('\n')
    .find((text) => text.startsWith('curl'));
  expect(line).toBe(`curl -H "Authorization: Bearer ${token ?? '<token>'}" http://localhost:1/api/notes`);
});
