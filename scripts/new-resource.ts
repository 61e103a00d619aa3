/**
 * `npm run new-resource -- notes`: writes a kind of record with one field. It asks nothing and overwrites nothing. A failed
 * run can be undone with `git checkout . && git clean -fd functions`, because it begins with a clean tree.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { readDocument } from '../support/document.ts';
import { OPERATIONS } from '../support/operations.ts';
import { isInstalled } from '../support/tools.ts';
import { codeFiles, functionsOf, operationsOf } from './resource/code.ts';
import { contractAdditions } from './resource/contract.ts';
import { insertIntoYaml } from './resource/insert.ts';
import { type KindNames, kindNames, NameRefused } from './resource/names.ts';
import {
  at,
  edit,
  lintException,
  lintExceptions,
  npm,
  requireCleanTree,
  runOrRefuse,
} from './resource/project.ts';

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

function write(names: KindNames): string[] {
  const files = codeFiles(names);
  for (const [file, text] of files) writeFileSync(at(file), text);
  const insert = (file: string, additions: Parameters<typeof insertIntoYaml>[1]) =>
    edit(file, (text) => insertIntoYaml(text, additions));
  insert('openapi.yml', contractAdditions(names));
  insert('serverless.yml', [[['functions'], functionsOf(names)]]);
  insert('.spectral.yaml', [
    [lintExceptions().path, `      - '${lintException(names.plural, names.name)}'\n`],
  ]);
  npm('run', 'generate');
  // Only long names need it; it waits for no installation.
  if (isInstalled('@biomejs/biome')) npm('run', 'format', '--', ...files.keys());
  return ['openapi.yml', 'serverless.yml', '.spectral.yaml', ...files.keys()];
}

runOrRefuse(() => {
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
});
