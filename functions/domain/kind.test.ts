import { describe, expect, it } from '@jest/globals';
import { defineKind, type Kind } from './kind.ts';

const kindWith = (changes: object) =>
  ({
    name: 'note',
    plural: 'notes',
    keyPrefix: '!notes#',
    fields: { title: {} },
    requireFields: (fields: object) => fields,
    ...changes,
  }) as unknown as Kind<{ title: string }>;

describe('defineKind', () => {
  it('takes a kind with keys of its own, and the one kind without a prefix', () => {
    expect(defineKind(kindWith({})).keyPrefix).toBe('!notes#');
    expect(defineKind(kindWith({ keyPrefix: '' })).keyPrefix).toBe('');
  });

  it.each([
    'id',
    'ownerId',
    'userId',
    'createdAt',
    'updatedAt',
    'version',
    'url',
    'expiresAt',
    'changeId',
    'completedId',
  ])('refuses a field %s, which every record or its stored form has already', (name) => {
    expect(() => defineKind(kindWith({ fields: { title: {}, [name]: {} } }))).toThrow(
      `notes cannot have a field ${name}`,
    );
  });

  it.each(['notes#', '!note#', '!tasks#', '~notes#', '0'])('refuses the key prefix %s', (keyPrefix) => {
    expect(() => defineKind(kindWith({ keyPrefix }))).toThrow('the keys of notes must begin with !notes#');
  });

  it('refuses a reserved field at compile time', () => {
    const kind = kindWith({ fields: { version: {} } }) as unknown as Kind<{ version: number }>;
    // @ts-expect-error: every record has a version
    expect(() => defineKind<{ version: number }>(kind)).toThrow('notes cannot have a field version');
  });
});
