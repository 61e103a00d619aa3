/**
 * `npm run new-resource -- notes`: writes a kind of record with one field. It asks nothing and overwrites nothing. A failed
 * run can be undone with `git checkout . && git clean -fd functions`, because it begins with a clean tree.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { readDocument } from '../support/document.ts';
import { OPERATIONS } from '../support/operations.ts';
import { codeFiles, functionsOf, operationsOf } from './resource/code.ts';
import { contractAdditions } from './resource/contract.ts';
import { insertIntoYaml } from './resource/insert.ts';
import { type KindNames, kindNames, NameRefused } from './resource/names.ts';

const ROOT = resolve(import.meta.dirname, '..');
const LINT_RULE = 'owasp:api8:2023-define-error-validation';
const at = (file: string) => resolve(ROOT, file);

/** @throws {NameRefused} when the contract or a file has one of the names. */
function requireUnused(names: KindNames): void {
  const { paths, components } = readDocument();
  const ids = operationsOf(names).map(({ functionName }) => functionName);
  const taken = [
    ...Object.keys(paths).filter((path) => path === `/api/${names.plural}`),
    ...[names.type, `New${names.type}`, `${names.type}Id`].filter((schema) => schema in components.schemas),
    ...[`${names.type}NotFound`].filter((response) => response in components.responses),
    ...OPERATIONS.map(({ operationId }) => operationId).filter((id) => ids.includes(id)),
    ...[...codeFiles(names).keys()].filter((file) => existsSync(at(file))),
  ];
  if (taken.length > 0) throw new NameRefused(`${names.plural} cannot be added: ${taken[0]} exists already.`);
}

/** @throws {NameRefused} unless everything is committed. */
function requireCleanTree(): void {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== '')
    throw new NameRefused(
      'There are changes that are not committed. Commit them first: then git shows what this command writes.',
    );
}

function write(names: KindNames): string[] {
  const files = codeFiles(names);
  for (const [file, text] of files) writeFileSync(at(file), text);
  const edit = (file: string, additions: Parameters<typeof insertIntoYaml>[1]) =>
    writeFileSync(at(file), insertIntoYaml(readFileSync(at(file), 'utf8'), additions));
  edit('openapi.yml', contractAdditions(names));
  edit('serverless.yml', [[['functions'], functionsOf(names)]]);
  edit('.spectral.yaml', [
    [lintException(), `      - '**#/paths/~1api~1${names.plural}~1%7B${names.name}Id%7D/get'\n`],
  ]);
  npm('run', 'generate');
  npm('exec', '--', 'biome', 'format', '--write', ...files.keys());
  return ['openapi.yml', 'serverless.yml', '.spectral.yaml', ...files.keys()];
}

/** Where .spectral.yaml names the requests in which nothing can be invalid: an id that is not valid is a missing record. */
function lintException(): (string | number)[] {
  const { overrides } = parse(readFileSync(at('.spectral.yaml'), 'utf8'));
  const position = overrides.findIndex((entry: { rules: object }) => LINT_RULE in entry.rules);
  return ['overrides', position, 'files'];
}

/** The npm that runs this command, which is not always the first one that a shell would find. */
function npm(...args: string[]): void {
  const { npm_execpath: script } = process.env;
  if (script === undefined) throw new Error('Run it with npm: npm run new-resource -- notes');
  execFileSync(process.execPath, [script, ...args], { cwd: ROOT, stdio: 'pipe' });
}

try {
  const [plural = '', singular] = process.argv.slice(2);
  const names = kindNames(plural, singular);
  requireUnused(names);
  requireCleanTree();
  const written = write(names);
  process.stdout.write(
    `Written:\n${written.map((file) => `  ${file}\n`).join('')}
Next:
  fields   functions/domain/${names.name}.ts, and the schemas ${names.type}, New${names.type} and ${names.type}Update in openapi.yml;
           then: npm run generate
  check    npm run check && npm test -- functions/${names.plural}.test.ts tests/security/isolation.test.ts
  run      npm run dev
  more     docs/resources.md
`,
  );
} catch (error) {
  if (!(error instanceof NameRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
