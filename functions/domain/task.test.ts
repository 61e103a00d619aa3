import { describe, expect, it } from '@jest/globals';
import { type TaskChanges, tasks } from './task.ts';

const { requireFields } = tasks;

const violationsOf = (fields: TaskChanges): unknown => {
  try {
    requireFields(fields);
  } catch (error) {
    return (error as { violations: unknown }).violations;
  }
  return [];
};

describe('requireFields', () => {
  it('trims the title and leaves the description as it is', () => {
    expect(requireFields({ title: ' \u00a0Buy milk\n', description: ' two spaces ' })).toEqual({
      title: 'Buy milk',
      description: ' two spaces ',
    });
  });

  it('keeps absent fields absent, so that an update does not touch them', () => {
    expect(requireFields({ order: null })).toEqual({ order: null });
  });

  it.each([
    ['200 characters with white space around them', `  ${'x'.repeat(200)}  `],
    ['200 characters of two UTF-16 units each', '🐎'.repeat(200)],
  ])('accepts a title of %s', (_name, title) => {
    expect(violationsOf({ title })).toEqual([]);
  });

  it.each([
    ['an empty title', { title: '' }, '#/title', 'must not be empty'],
    ['a title of white space', { title: ' \t\n' }, '#/title', 'must not be empty'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, '#/title', 'must be at most 200 characters'],
    ['half a surrogate pair in a title', { title: 'a\ud800b' }, '#/title', 'must be valid Unicode'],
    [
      'half a surrogate pair in a description',
      { description: '\udc00' },
      '#/description',
      'must be valid Unicode',
    ],
    [
      'a due date that does not exist',
      { dueAt: '2026-02-30T00:00:00Z' },
      '#/dueAt',
      'must be a date and time that exists, such as 2026-03-01T09:00:00Z',
    ],
  ])('refuses %s and points at it', (_name, fields, pointer, detail) => {
    expect(violationsOf(fields)).toEqual([{ pointer, detail }]);
  });

  it('names every fault at once', () => {
    expect(violationsOf({ title: '', dueAt: 'tomorrow' })).toHaveLength(2);
  });

  it('stores the due date in UTC with milliseconds', () => {
    expect(requireFields({ dueAt: '2026-03-01T10:00:00+01:00' })).toEqual({
      dueAt: '2026-03-01T09:00:00.000Z',
    });
  });
});
