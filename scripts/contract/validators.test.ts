import { describe, expect, it } from '@jest/globals';
import type { Validate } from '../../functions/http/contract.ts';
import { toViolations } from '../../functions/http/violations.ts';
import { readDocument, type Schema } from '../../support/document.ts';
import { validatorSource } from './validators.ts';

const NOTE: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tags: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 5, pattern: '^[a-z]+$' },
    },
    links: {
      type: 'array',
      maxItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['href'],
        properties: { href: { type: 'string' } },
      },
    },
    code: { type: 'string', minLength: 1, maxLength: 1 },
    share: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    price: { type: 'number', multipleOf: 0.5 },
    accepted: { const: true },
    colour: { enum: ['red', 'green', null] },
    labels: { type: 'object', minProperties: 1, maxProperties: 2 },
  },
};

/** The faults of a body, from the code that the generator writes for a schema. */
function faultsOf(schema: Schema, body: unknown) {
  const source = validatorSource(readDocument(), { validateBody: schema });
  const validate = new Function(`${source}\nreturn validateBody;`)() as Validate;
  validate(body);
  return toViolations(validate.errors ?? [], '#/');
}

describe('a fault of a body', () => {
  it.each([
    ['an empty list', { tags: [] }, '#/tags', 'must have at least 1 item'],
    ['a long list', { tags: ['a', 'b', 'c', 'd'] }, '#/tags', 'must have at most 3 items'],
    [
      'a list with a value twice',
      { tags: ['a', 'b', 'a'] },
      '#/tags',
      'must not repeat a value: items 0 and 2 are equal',
    ],
    ['an item of another type', { tags: ['a', 1] }, '#/tags/1', 'must be string'],
    ['an item that is too long', { tags: ['abcdef'] }, '#/tags/0', 'must be at most 5 characters'],
    ['an item that breaks the pattern', { tags: ['A'] }, '#/tags/0', 'must match the pattern ^[a-z]+$'],
    ['text of two characters', { code: 'ab' }, '#/code', 'must be at most 1 character'],
    ['a number at a lower bound', { share: 0 }, '#/share', 'must be more than 0'],
    ['a number at an upper bound', { share: 1 }, '#/share', 'must be less than 1'],
    ['a number between steps', { price: 0.75 }, '#/price', 'must be a multiple of 0.5'],
    ['a value that is not the constant', { accepted: false }, '#/accepted', 'must be true'],
    ['a value that is not listed', { colour: 'blue' }, '#/colour', 'must be red or green or null'],
    ['an object without members', { labels: {} }, '#/labels', 'must have at least 1 member'],
    [
      'an object with many members',
      { labels: { a: 1, b: 2, c: 3 } },
      '#/labels',
      'must have at most 2 members',
    ],
    ['a body of another type', [], '#', 'must be object'],
  ])('says what is wrong with %s', (_name, body, pointer, detail) => {
    expect(faultsOf(NOTE, body)).toEqual([{ pointer, detail }]);
  });

  it('points at a member of an item that is missing or not known', () => {
    expect(faultsOf(NOTE, { links: [{ 'a/b': 1 }, { href: 'x' }] })).toEqual([
      { pointer: '#/links', detail: 'must have at most 1 item' },
      { pointer: '#/links/0/href', detail: 'is required' },
      { pointer: '#/links/0/a~1b', detail: 'is not known, or cannot be set' },
    ]);
  });
});
