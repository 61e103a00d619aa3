import { describe, expect, it } from '@jest/globals';
import { ConfigError, findFlag, findSetting, findWholeNumber } from './env.ts';

describe('findSetting', () => {
  it.each([
    ['as it is', 'x', 'x'],
    ['trimmed', ' x y\n', 'x y'],
    ['not when empty', '', undefined],
    ['not when blank', ' \t\n', undefined],
    ['not when unset', undefined, undefined],
  ])('gives the value %s', (_name, value, expected) => {
    expect(findSetting({ NAME: value, OTHER: 'other' }, 'NAME')).toBe(expected);
  });
});

describe('findWholeNumber', () => {
  const find = (value: string | undefined) => findWholeNumber({ NAME: value }, 'NAME', { min: 2, max: 10 });

  it.each([
    ['2', 2],
    ['10', 10],
    [' 5 ', 5],
    ['005', 5],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (value, expected) => {
    expect(find(value)).toBe(expected);
  });

  it.each(['1', '11', '-5', '+5', '5.0', '5e0', '0x5', 'five', '5 5', '5s', 's5', '9'.repeat(16)])(
    'refuses %j',
    (value) => {
      expect(() => find(value)).toThrow(new ConfigError('NAME must be a whole number from 2 to 10.'));
    },
  );
});

describe('findFlag', () => {
  it.each([
    ['true', true],
    [' TRUE ', true],
    ['false', false],
    ['False', false],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (value, expected) => {
    expect(findFlag({ NAME: value }, 'NAME')).toBe(expected);
  });

  it.each(['1', '0', 'yes', 'on', 'truee'])(
    'refuses %j, so that a protection is never off by a typo',
    (value) => {
      expect(() => findFlag({ NAME: value }, 'NAME')).toThrow(new ConfigError('NAME must be true or false.'));
    },
  );
});

it('is an error with a name and a stable code', () => {
  expect(new ConfigError('x')).toMatchObject({
    name: 'ConfigError',
    code: 'invalid_configuration',
    message: 'x',
  });
});
