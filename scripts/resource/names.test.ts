import { describe, expect, it } from '@jest/globals';
import { kindNames } from './names.ts';

describe('the names of a kind', () => {
  it.each([
    ['notes', undefined, { name: 'note', plural: 'notes', type: 'Note', types: 'Notes' }],
    ['entries', undefined, { name: 'entry', plural: 'entries', type: 'Entry', types: 'Entries' }],
    ['boxes', undefined, { name: 'box', plural: 'boxes', type: 'Box', types: 'Boxes' }],
    ['people', 'person', { name: 'person', plural: 'people', type: 'Person', types: 'People' }],
  ])('of %s', (plural, singular, names) => {
    expect(kindNames(plural, singular)).toEqual(names);
  });

  it.each([
    ['a word with a meaning', 'users', undefined, '"user" has a meaning already'],
    ['a word of the language', 'packages', undefined, '"package" has a meaning already'],
    ['a path', '../notes', undefined, 'Give one lower-case word in the plural'],
    ['capitals', 'Notes', undefined, 'Give one lower-case word in the plural'],
    ['nothing', '', undefined, 'Give one lower-case word in the plural'],
    ['a plural without a plain singular', 'people', undefined, 'new-resource -- people person'],
    ['a singular that is the plural', 'sheep', 'sheep', 'Give both'],
    ['a singular that is no plain word', 'people', 'per-son', 'Give both'],
  ])('are refused for %s', (_what, plural, singular, sentence) => {
    expect(() => kindNames(plural, singular)).toThrow(sentence);
  });
});
