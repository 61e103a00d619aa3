import { describe, expect, it } from '@jest/globals';
import { contract } from '../../support/documented.ts';
import { matchesEntityTag, readIfMatch, toEntityTag } from './entity-tag.ts';

describe('readIfMatch', () => {
  it.each<[string, string | undefined, 'any' | number[]]>([
    ['no header', undefined, 'any'],
    ['a star', '*', 'any'],
    ['one tag', '"3"', [3]],
    ['a list', '"3", "4","5"', [3, 4, 5]],
    ['a list with empty elements', ', "3",, "4" ,', [3, 4]],
    ['a repeated tag', '"3","3"', [3]],
    ['a weak tag among strong ones, which never matches', 'W/"3", "4"', [4]],
    ['tags that are not ours', '"abc", "", "03", "-1", "1.5", "0"', []],
    ['a comma inside a tag', '"3,4"', []],
    ['a version no task can have', '"99999999999999999999"', []],
  ])('reads %s', (_name, header, expected) => {
    expect(readIfMatch(header)).toEqual(expected);
  });

  it.each([
    ['a bare word', '3'],
    ['an open quote', '"3'],
    ['nothing', ''],
    ['a star in a list', '"3", *'],
    ['tags without a comma', '"3" "4"'],
    ['a lower-case weakness', 'w/"3"'],
    [
      'more versions than can be compared',
      Array.from({ length: 101 }, (_, index) => `"${index + 1}"`).join(),
    ],
  ])('refuses %s instead of dropping the condition', (_name, header) => {
    expect(() => readIfMatch(header)).toThrow(expect.objectContaining({ code: 'malformed_header' }));
  });

  it.each([['W/"3"'], ['W/"3", W/"4"'], ['W/"3", "abc"']])(
    'says of %s that weak tags never match',
    (header) => {
      expect(() => readIfMatch(header)).toThrow(
        expect.objectContaining({ code: 'weak_entity_tag', kind: 'stale' }),
      );
    },
  );

  it('refuses a long header of another kind at once', () => {
    const begun = performance.now();
    expect(() => readIfMatch(`${'"a",\t '.repeat(2000)}x`)).toThrow();
    expect(performance.now() - begun).toBeLessThan(200);
  });

  it('reads back what it wrote', () => {
    expect(readIfMatch(toEntityTag(12))).toEqual([12]);
  });
});

describe('the grammar in openapi.yml', () => {
  const { parameters } = contract.components as unknown as {
    parameters: Record<'IfMatch' | 'IfNoneMatch', { schema: { pattern: string } }>;
  };
  const { IfMatch, IfNoneMatch } = parameters;
  const grammar = new RegExp(IfMatch.schema.pattern, 'u');

  it.each([['"3"'], ['"3", "4" ,"5"'], ['*'], ['""'], ['W/"3", "4"']])('has %s, which is read', (header) => {
    expect(header).toMatch(grammar);
    expect(() => readIfMatch(header)).not.toThrow();
  });

  it.each([['3'], ['"3'], [''], ['"3", *'], ['"3" "4"'], ['w/"3"']])('has no %s', (header) => {
    expect(header).not.toMatch(grammar);
    expect(() => readIfMatch(header)).toThrow();
  });

  it('is that of If-None-Match too', () => {
    expect(IfNoneMatch.schema.pattern).toBe(IfMatch.schema.pattern);
  });
});

describe('matchesEntityTag', () => {
  it.each<[string, string | undefined, boolean]>([
    ['no header', undefined, false],
    ['the tag', '"3"', true],
    ['the weak tag', 'W/"3"', true],
    ['a list with the tag', '"2", W/"3"', true],
    ['another tag', '"4"', false],
    ['a star', '*', true],
    ['a header that cannot be read', '3', false],
  ])('compares %s weakly', (_name, header, expected) => {
    expect(matchesEntityTag(header, '"3"')).toBe(expected);
  });
});
