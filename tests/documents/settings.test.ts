import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS } from '../../local/settings/mistyped.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Set by serverless.yml or by AWS, and by no user of the project. */
const NOT_A_SETTING = /^(\w+_TABLE|AWS_(?!ENDPOINT_URL_DYNAMODB).*)$/;
/** A deployment does not read `.env`, and this one counts on deployment alone. */
const ONLY_ON_DEPLOYMENT = ['ALARM_EMAIL'];

const namesIn = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, ...names]) => names.filter(Boolean)))]
    .filter((name) => !NOT_A_SETTING.test(name))
    .sort();

const filesOf = (...patterns: string[]) =>
  globSync(patterns, { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'));

/** First column of the table of settings. */
function documentedSettings(): string[] {
  const table = read('docs/settings.md');
  const names = table.split('\n').flatMap((line) => /^\| (.*?) \|/.exec(line)?.[1] ?? []);
  return namesIn(names.join('\n'), /`([A-Z0-9_]+)`/g);
}

const exampleSettings = () => namesIn(read('.env.example'), /^#?([A-Z0-9_]+)=/gm);

const serverlessSettings = () =>
  namesIn(
    filesOf('serverless.yml', 'deploy/*.{yml,cjs}').map(read).join('\n'),
    /env:([A-Z0-9_]+)|process\.env\.([A-Z0-9_]+)/g,
  );

/** Every variable that code asks an environment for. */
const codeSettings = () =>
  namesIn(
    filesOf(
      'authorizer/*.ts',
      'common/*.ts',
      'functions/services/*.ts',
      'local/settings/local-settings.ts',
      'deploy/*.cjs',
    )
      .map(read)
      .join('\n'),
    /(?:\w*[eE]nv|given), '([A-Z][A-Z0-9_]+)'|process\.env\.([A-Z0-9_]+)|given\('([A-Z0-9_]+)'\)/g,
  );

describe('the settings', () => {
  it('of docs/settings.md are those of .env.example, and those of a deployment alone', () => {
    expect(documentedSettings()).toEqual([...exampleSettings(), ...ONLY_ON_DEPLOYMENT].sort());
  });

  it('that serverless.yml and the files of deploy/ read are in docs/settings.md', () => {
    expect(serverlessSettings()).not.toEqual([]);
    expect(documentedSettings()).toEqual(expect.arrayContaining(serverlessSettings()));
  });

  it('that the code reads are in docs/settings.md', () => {
    expect(codeSettings()).toEqual(expect.arrayContaining(['ALGORITHM', 'BETTER_AUTH_URL', 'LOCAL_AUTH']));
    expect(documentedSettings()).toEqual(expect.arrayContaining(codeSettings()));
  });

  it('of docs/settings.md are those that a mistyped name is compared with', () => {
    expect([...SETTINGS].sort()).toEqual(documentedSettings());
  });

  it('of docs/settings.md are read by something', () => {
    expect([...serverlessSettings(), ...codeSettings()]).toEqual(
      expect.arrayContaining(documentedSettings()),
    );
  });

  it('that a function reads are handed to it by serverless.yml', () => {
    const reads = filesOf('authorizer/*.ts', 'functions/services/*.ts').map(read).join('\n');
    const names = namesIn(reads, /(?:\w*[eE]nv|given), '([A-Z][A-Z0-9_]+)'/g);
    expect(names).toContain('REQUIRE_VERIFIED_EMAIL');
    const handed = namesIn(read('serverless.yml'), /^ +([A-Z][A-Z0-9_]+): /gm);
    expect(handed).toEqual(expect.arrayContaining(names));
  });
});
