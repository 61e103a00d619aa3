import { describe, expect, it } from '@jest/globals';
import { readReply } from './reply.ts';

describe('a proxy reply', () => {
  it.each([
    ['with a status only', { statusCode: 204 }, { status: 204, body: '' }],
    ['with nothing', {}, { status: 200, body: '' }],
    ['with a status in text', { statusCode: '201' }, { status: 201 }],
    [
      'with null everywhere',
      { statusCode: null, headers: null, multiValueHeaders: null, body: null },
      { status: 200 },
    ],
    ['with an undefined member', { statusCode: 200, cookies: undefined }, { status: 200 }],
    ['with base64', { body: 'eA==', isBase64Encoded: true }, { body: 'eA==', isBase64Encoded: true }],
  ])('%s passes', (_name, returned, expected) => {
    expect(readReply(returned)).toMatchObject(expected);
  });

  it.each([
    ['null', null],
    ['a string', 'ok'],
    ['an array', []],
    ['an unknown member', { statusCode: 200, cookies: [] }],
    ['a status of words', { statusCode: 'ok' }],
    ['a status below 200', { statusCode: 100 }],
    ['a fractional status', { statusCode: 200.5 }],
    ['an object as body', { body: {} }],
    ['a number as body', { body: 1 }],
    ['headers in a list', { headers: [] }],
    ['an object as header', { headers: { a: {} } }],
    ['a multi-value header that is text', { multiValueHeaders: { a: 'b' } }],
    ['a header name with a space', { headers: { 'a b': 'c' } }],
    ['a header value with a line break', { headers: { a: 'b\r\nSet-Cookie: c' } }],
    ['more than 6 MB', { body: 'x'.repeat(6 * 1024 * 1024 + 101) }],
  ])('that is or has %s is malformed', (_name, returned) => {
    expect(() => readReply(returned)).toThrow(TypeError);
  });
});

describe('its headers', () => {
  const headersOf = (returned: object) => readReply(returned).headers;

  it('are text, one line per value, and json by default', () => {
    expect(headersOf({ headers: { A: true, B: 1, C: null }, multiValueHeaders: { D: ['1', 2] } })).toEqual([
      ['Content-Type', 'application/json'],
      ['D', '1'],
      ['D', '2'],
      ['A', 'true'],
      ['B', '1'],
    ]);
  });

  it('are merged across the two maps, spelled as in the multi-value one, without doubles', () => {
    const headers = { 'x-A': 'solo', 'content-type': 'text/html' };
    expect(headersOf({ headers, multiValueHeaders: { 'X-a': ['multi', 'solo'] } })).toEqual([
      ['X-a', 'multi'],
      ['X-a', 'solo'],
      ['content-type', 'text/html'],
    ]);
  });

  it.each([
    ...[
      'Authorization',
      'connection',
      'Content-MD5',
      'Max-Forwards',
      'User-Agent',
      'WWW-Authenticate',
      'Date',
      'Server',
    ].map((name) => [name, `x-amzn-Remapped-${name}`]),
    ...[
      'Expect',
      'Host',
      'Proxy-Authenticate',
      'TE',
      'Transfer-Encoding',
      'Trailer',
      'Upgrade',
      'Via',
      'content-length',
    ].map((name) => [name, undefined]),
    ...['Age', 'ETag', 'Location', 'Set-Cookie', 'Content-Encoding', 'X-Powered-By'].map((name) => [
      name,
      name,
    ]),
  ])('%s is sent as %s', (name, sent) => {
    const names = headersOf({ headers: { [String(name)]: 'x' } }).map(([key]) => key);
    expect(names).toEqual(sent === undefined ? ['Content-Type'] : ['Content-Type', sent]);
  });
});
