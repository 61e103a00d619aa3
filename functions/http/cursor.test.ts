import { describe, expect, it } from '@jest/globals';
import { labels, tasks } from '../../support/kinds.ts';
import { readCursor, toCursor } from './cursor.ts';

const ID = '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50';
const ALL = { kind: tasks, filter: undefined, newestFirst: false };
const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('readCursor', () => {
  it.each([
    ['all', ALL],
    ['completed, newest first', { kind: tasks, filter: true, newestFirst: true }],
    ['open', { kind: tasks, filter: false, newestFirst: false }],
  ])('reads back the position in the list of %s tasks', (_name, list) => {
    expect(readCursor(list, toCursor(list, ID))).toBe(ID);
  });

  it('stays readable across releases', () => {
    expect(readCursor(ALL, 'MXxhbGx8YXNjfDAxOWNhOGE0LTFmNDAtN2MzZS05ZjAwLTViMWQyYzNlNGY1MA')).toBe(ID);
  });

  it.each([
    ['nothing', ''],
    ['text that is not base64url', '!!!'],
    ['padding', `${toCursor(ALL, ID)}==`],
    ['text after it', `${toCursor(ALL, ID)}\n`],
    ['another spelling of the same bytes', `${toCursor(ALL, ID).slice(0, -1)}B`],
    ['another filter', toCursor({ ...ALL, filter: true }, ID)],
    ['another sort', toCursor({ ...ALL, newestFirst: true }, ID)],
    ['another kind', toCursor({ ...ALL, kind: labels }, ID)],
    ['another version', encode(`2|all|asc|${ID}`)],
    ['a position that is no id', encode('1|all|asc|~idempotency#key')],
    ['an owner in it', encode(`1|all|asc|bob|${ID}`)],
    ['a position in a UTF-8 look-alike', encode(`1|all|asc|${ID}\u00a0`)],
  ])('refuses %s', (_name, cursor) => {
    expect(() => readCursor(ALL, cursor)).toThrow(expect.objectContaining({ code: 'malformed_cursor' }));
  });
});
