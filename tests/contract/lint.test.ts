import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { contract } from '../../support/documented.ts';
import { describeWithTool } from '../../support/jest/describe-where.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { programOf } from '../../support/tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SPECTRAL = '@stoplight/spectral-cli';
const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { [EXAMPLE.path]: collection, ...others } = contract.paths;
const secured = (security: object[]) => ({
  ...contract,
  paths: { ...others, [EXAMPLE.path]: { ...collection, get: { ...collection?.['get'], security } } },
});

const DOCUMENTS = {
  contract,
  unprotected: secured([]),
  unknownScheme: secured([{ nowhere: [] }]),
  undefinedScheme: { ...contract, components: { ...contract.components, securitySchemes: {} } },
};
type Name = keyof typeof DOCUMENTS;

const fileOf = (name: string) => join(folder, `${name}.json`);
let problems: readonly { readonly code: string; readonly path: readonly string[]; readonly source: string }[];

/** All documents at once, because a start of Spectral takes seconds. It ends with 1 when it finds a problem. */
function lint(): void {
  for (const [name, document] of Object.entries(DOCUMENTS))
    writeFileSync(fileOf(name), JSON.stringify(document));
  const files = Object.keys(DOCUMENTS).map(fileOf);
  const options = ['--ruleset', join(ROOT, '.spectral.yaml'), '--format', 'json', '--quiet'];
  const words = ['lint', ...files, ...options, '--fail-severity', 'hint'];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [programOf(SPECTRAL, 'spectral'), ...words],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: '' });
  problems = JSON.parse(stdout);
}

/** The problems Spectral finds in a document, by rule and place. */
const problemsOf = (name: Name): string[] =>
  problems
    .filter(({ source }) => source === fileOf(name))
    .map(({ code, path }) => `${code} at ${path.join('/')}`);

describeWithTool(SPECTRAL, 'the published contract', () => {
  beforeAll(lint, 60_000);

  it('pleases Spectral and the OWASP rules, but for the exceptions in .spectral.yaml', () => {
    expect(problemsOf('contract')).toEqual([]);
  });

  it.each<[string, Name, string]>([
    [
      'without protection',
      'unprotected',
      `owasp:api2:2023-read-restricted at paths/${EXAMPLE.path}/get/security`,
    ],
    [
      'with an unknown scheme',
      'unknownScheme',
      `security-scheme-known at paths/${EXAMPLE.path}/get/security/0/nowhere`,
    ],
  ])('has the rules applied, so a route %s would be found', (_name, document, problem) => {
    expect(problemsOf(document)).toEqual([problem]);
  });

  it('has the rules applied, so a scheme that is not defined would be found', () => {
    expect(problemsOf('undefinedScheme')).toContain('security-scheme-defined at components/securitySchemes');
  });
});
