import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { functionsOf } from './code.ts';
import { contractAdditions } from './contract.ts';
import { insertIntoYaml } from './insert.ts';
import { kindNames } from './names.ts';
import { findParts } from './remove.ts';
import { removeFromYaml } from './remove-from-yaml.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const CONTRACT = read('openapi.yml');
const SERVICE = read('serverless.yml');
const NAMES = kindNames('gadgets');
const WITH_GADGETS = insertIntoYaml(CONTRACT, contractAdditions(NAMES));
/** Every resource that there is. */
const PLURALS = Object.keys(parse(CONTRACT).paths)
  .map((path) => /^\/api\/(\w+)\/\{\w+\}$/.exec(path)?.[1])
  .filter((plural) => plural !== undefined);
const capitalized = (word: string) => word.replace(/^./, (letter) => letter.toUpperCase());

describe('what belongs to one resource', () => {
  it('leaves openapi.yml letter for letter as it was before the resource', () => {
    const { name, contract } = findParts(WITH_GADGETS, 'gadgets');
    expect(name).toBe('gadget');
    expect(removeFromYaml(WITH_GADGETS, contract)).toBe(CONTRACT);
  });

  it('leaves serverless.yml letter for letter as it was before', () => {
    const service = insertIntoYaml(SERVICE, [[['functions'], functionsOf(NAMES)]]);
    const { functions } = findParts(WITH_GADGETS, 'gadgets');
    const without = removeFromYaml(
      service,
      functions.map((name) => ['functions', name]),
    );
    expect(without).toBe(SERVICE);
  });

  it.each(PLURALS)('is taken out with everything that only it needs: %s', (plural) => {
    const { name, contract } = findParts(WITH_GADGETS, plural);
    const left = removeFromYaml(WITH_GADGETS, contract);
    expect(Object.keys(parse(left).paths).filter((path) => path.includes(plural))).toEqual([]);
    expect(left).not.toMatch(new RegExp(`${plural}:(read|write):`));
    expect(left).not.toMatch(new RegExp(`^    ${capitalized(name)}\\w*:$`, 'm'));
    const references = [...left.matchAll(/'#\/components\/(\w+)\/(\w+)'/g)];
    const { components } = parse(left);
    expect(references.filter(([, section = '', entry = '']) => !(entry in components[section]))).toEqual([]);
  });

  it.each([
    ['what is no resource', 'me', 'has no resource /api/me'],
    ['a missing name', '', 'has no resource'],
  ])('is not found for %s', (_what, plural, sentence) => {
    expect(() => findParts(CONTRACT, plural)).toThrow(sentence);
  });

  it('is kept when there is no other resource', () => {
    const one = PLURALS.reduce(
      (text, plural) => removeFromYaml(text, findParts(text, plural).contract),
      WITH_GADGETS,
    );
    expect(() => findParts(one, 'gadgets')).toThrow('Add another one first');
  });
});

describe('removeFromYaml', () => {
  it('refuses to take out what something else refers to', () => {
    expect(() => removeFromYaml('a: &one 1\nb: *one\n', [['a']])).toThrow('something refers to');
  });

  it('refuses a path at which there is nothing', () => {
    expect(() => removeFromYaml('a: 1\n', [['b']])).toThrow('there is no b');
  });

  it('keeps comments and one empty line between entries', () => {
    const text = 'a:\n  # one\n  b: 1\n\n  c: 2\n\n  # three\n  d: 3\n';
    expect(removeFromYaml(text, [['a', 'c']])).toBe('a:\n  # one\n  b: 1\n\n  # three\n  d: 3\n');
  });
});
