import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { NameRefused } from './names.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
/** An absolute path. */
export const at = (file: string): string => resolve(ROOT, file);

const LINT_RULE = 'owasp:api8:2023-define-error-validation';

/** @throws {NameRefused} unless everything is committed. */
export function requireCleanTree(): void {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== '')
    throw new NameRefused(
      'There are changes that are not committed. Commit them first: then git shows what this command writes.',
    );
}

/** Rewrites a file of the repository. */
export function edit(file: string, change: (text: string) => string): void {
  writeFileSync(at(file), change(readFileSync(at(file), 'utf8')));
}

/** Where .spectral.yaml names the requests in which nothing can be invalid: an id that is not valid is a missing record. */
export function lintExceptions(): { path: (string | number)[]; files: readonly string[] } {
  const { overrides } = parse(readFileSync(at('.spectral.yaml'), 'utf8'));
  const position = overrides.findIndex((entry: { rules: object }) => LINT_RULE in entry.rules);
  return { path: ['overrides', position, 'files'], files: overrides[position].files };
}

/** The entry of that list for the GET of one record. */
export const lintException = (plural: string, name: string): string =>
  `**#/paths/~1api~1${plural}~1%7B${name}Id%7D/get`;

/** The npm that runs this command, which is not always the first one that a shell would find. */
export function npm(...args: string[]): void {
  const { npm_execpath: script } = process.env;
  if (script === undefined) throw new Error('Run it with npm, such as: npm run new-resource -- notes');
  execFileSync(process.execPath, [script, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a command. A refusal is its sentence and exit code 1; anything else is a fault of the command. */
export function runOrRefuse(command: () => void): void {
  try {
    command();
  } catch (error) {
    if (!(error instanceof NameRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
