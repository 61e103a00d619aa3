/**
 * `npm run remove-resource -- tasks`: takes a kind of record out again, with its contract, functions and tests. It asks nothing.
 * It can be undone with `git checkout .`, because it begins with a clean tree.
 */
import { readFileSync, rmSync } from 'node:fs';
import { mentionsOf } from './resource/mentions.ts';
import {
  at,
  edit,
  lintException,
  lintExceptions,
  npm,
  ROOT,
  requireCleanTree,
  runOrRefuse,
} from './resource/project.ts';
import { filesOf, findParts } from './resource/remove.ts';
import { removeFromYaml } from './resource/remove-from-yaml.ts';

function remove(plural: string): { removed: readonly string[]; mentions: readonly string[] } {
  requireCleanTree();
  const parts = findParts(readFileSync(at('openapi.yml'), 'utf8'), plural);
  const files = filesOf(parts, plural, ROOT);
  for (const file of files) rmSync(at(file));
  edit('openapi.yml', (text) => removeFromYaml(text, parts.contract));
  edit('serverless.yml', (text) =>
    removeFromYaml(
      text,
      parts.functions.map((name) => ['functions', name]),
    ),
  );
  const { path, files: exceptions } = lintExceptions();
  const position = exceptions.indexOf(lintException(plural, parts.name));
  if (position >= 0) edit('.spectral.yaml', (text) => removeFromYaml(text, [[...path, position]]));
  npm('run', 'generate');
  return { removed: files, mentions: mentionsOf(parts, plural, ROOT) };
}

const listed = (files: readonly string[]) => files.map((file) => `  ${file}\n`).join('');

runOrRefuse(() => {
  const { removed, mentions } = remove(process.argv[2] ?? '');
  process.stdout.write(
    `Edited:\n  openapi.yml\n  serverless.yml\n  .spectral.yaml
Deleted:\n${listed(removed)}${mentions.length > 0 ? `Still naming it, for you to change or delete:\n${listed(mentions)}` : ''}
Next:
  check    npm run check && npm test && npm run test:system
  records  stay in the table (docs/resources.md)
`,
  );
});
