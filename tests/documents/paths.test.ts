import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const exists = (path: string) => existsSync(join(ROOT, path));

const DOCUMENTS = globSync(
  ['*.md', 'docs/**/*.md', 'examples/**/*.md', 'local/**/*.md', 'offline-gateway/*.md'],
  {
    cwd: ROOT,
  },
).filter((file) => !file.includes('node_modules') && file !== 'CHANGELOG.md');

/** What a run leaves behind, and what belongs to another project. */
const NOT_IN_THE_REPOSITORY = /^(node_modules|reports|\.local|\.serverless|\.esbuild|coverage|\.env$)/;
const FOLDERS =
  'authorizer|bench|build|common|deploy|docs|examples|functions|local|offline-gateway|scripts|smoke|support|tests|tools|\\.ci|\\.github';

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

/** Targets of links within the repository, seen from its root. */
const linksOf = (file: string) =>
  all(read(file), /\]\(([^)\s]+)\)/g)
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => join(dirname(file), target.replace(/#.*$/, '')));

/** Paths in code marks and in prose that begin with a folder of the repository. */
const pathsOf = (file: string) =>
  all(read(file), new RegExp(`(?<![\\w./*-])((?:${FOLDERS})/[\\w./*{},-]*[\\w*/}])`, 'g')).filter(
    (path) => /[/.]/.test(path) && !NOT_IN_THE_REPOSITORY.test(path),
  );

/**
 * Files that a document has its reader write. It names them with `In …` before a block of code. Or a command names them
 * in the lines that say what it wrote. serverless.yml names their handler.
 */
const writtenWith = (file: string) =>
  all(read(file), /^In `([^`]+)`\n\n```/gm)
    .concat(all(read(file), /^ {2}(functions\/\S+\.ts)$/gm))
    .flatMap((path) => [path, path.replace(/\.ts$/, '.handler')]);

/** A recording of LocalStack, an example of a resource, a path of the API. */
const NO_FILE_HERE = /\.snapshot\.json$|^delete-note\.ts$|^openapi\.json$/;

/** Names of files in code marks, without their folder. */
const filesOf = (file: string) =>
  all(read(file), /`(\.?[a-z][\w-]*(?:\.[\w-]+)*\.(?:ya?ml|[cm]js|ts|json|md|http))`/g).filter(
    (name) => !NO_FILE_HERE.test(name),
  );

const files = new Set(
  execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .map((path) => path.split('/').at(-1)),
);

const isThere = (path: string) =>
  /[*{]/.test(path) ? globSync(path, { cwd: ROOT }).length > 0 : exists(path);

/** Scripts of the package that a command names, with the folder of `--prefix`. */
function scriptsOf(text: string): string[] {
  return all(text, /\bnpm run ([a-z][\w:-]*)/g).concat(all(text, /\bnpm (test|start)\b/g));
}

const known = new Set(
  ['package.json', ...globSync('{bench,examples/*,offline-gateway}/package.json', { cwd: ROOT })].flatMap(
    (file) => Object.keys((JSON.parse(read(file)) as { scripts?: Record<string, string> }).scripts ?? {}),
  ),
);

describe.each(DOCUMENTS)('%s', (file) => {
  it('links to files that exist', () => {
    expect(linksOf(file).filter((path) => !exists(path))).toEqual([]);
  });

  it('names paths that exist', () => {
    const written = writtenWith(file);
    expect(pathsOf(file).filter((path) => !isThere(path) && !written.includes(path))).toEqual([]);
  });

  it('names files that exist', () => {
    expect(filesOf(file).filter((name) => !files.has(name))).toEqual([]);
  });

  it('names commands that exist', () => {
    expect(scriptsOf(read(file)).filter((name) => !known.has(name))).toEqual([]);
    const files = all(read(file), /\bnode (?:--[\w-]+ )*([\w./-]+\.(?:ts|cjs|mjs|js))\b/g);
    expect(files.filter((path) => !exists(path) && !exists(join(dirname(file), path)))).toEqual([]);
  });
});
