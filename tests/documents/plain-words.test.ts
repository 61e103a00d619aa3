import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { houseWordsIn, longSentencesIn, passagesOf } from './prose.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Folders and files that still have house words. Clean one, then take it out of the list. */
const WITH_HOUSE_WORDS: readonly string[] = [];

/** Folders and files that still have long sentences. Shorten them, then take the entry out of the list. */
const WITH_LONG_SENTENCES: readonly string[] = [];

/** What is written by a generator or by another project, and this rule itself, which names the words. */
const NOT_OURS =
  /(^|\/)(generated|node_modules)\/|package-lock\.json$|^tests\/documents\/(prose|plain-words)/;
const READ = /\.(md|ya?ml|[cm]?[jt]s|py)$|^\.env\.example$|^\.ci\/run$/;

const passages = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => READ.test(file) && !NOT_OURS.test(file))
  .map((file) => ({ file, passages: passagesOf(join(ROOT, file)) }));

describe.each([
  ['house words', houseWordsIn, WITH_HOUSE_WORDS],
  ['sentences over 25 words', longSentencesIn, WITH_LONG_SENTENCES],
] as const)('%s', (_what, find, allowed) => {
  const found = passages.flatMap(({ file, passages: texts }) =>
    find(texts, file).map((finding) => ({ file, finding })),
  );

  it('are in no comment, message, title, name or document', () => {
    const isAllowed = (file: string) => allowed.some((entry) => file.startsWith(entry));
    expect(found.filter(({ file }) => !isAllowed(file)).map(({ finding }) => finding)).toEqual([]);
  });

  it('are still in each entry of the list, which only gets shorter', () => {
    expect(allowed.filter((entry) => !found.some(({ file }) => file.startsWith(entry)))).toEqual([]);
  });
});
