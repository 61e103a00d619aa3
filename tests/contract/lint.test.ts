import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { contract } from '../../support/documented.ts';
import { describeWithTool } from '../../support/jest/describe-where.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { programOf } from '../../support/tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SPECTRAL = '@stoplight/spectral-cli';
const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The problems Spectral finds in a document, by rule and place. */
function problemsOf(document: object): string[] {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const options = [
    '--ruleset',
    join(ROOT, '.spectral.yaml'),
    '--format',
    'json',
    '--quiet',
    '--fail-severity',
    'hint',
  ];
  try {
    execFileSync(process.execPath, [programOf(SPECTRAL, 'spectral'), 'lint', file, ...options], {
      cwd: ROOT,
      stdio: 'pipe',
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: Buffer };
    const problems = JSON.parse(stdout.toString()) as { code: string; path: string[] }[];
    return problems.map(({ code, path }) => `${code} at ${path.join('/')}`);
  }
}

describeWithTool(SPECTRAL, 'the published contract', () => {
  it('pleases Spectral and the OWASP rules, but for the exceptions in .spectral.yaml', () => {
    expect(problemsOf(contract)).toEqual([]);
  }, 30_000);

  it.each<[string, object[], string]>([
    ['without protection', [], `owasp:api2:2023-read-restricted at paths/${EXAMPLE.path}/get/security`],
    [
      'with an unknown scheme',
      [{ nowhere: [] }],
      `security-scheme-known at paths/${EXAMPLE.path}/get/security/0/nowhere`,
    ],
  ])(
    'has the rules applied, so a route %s would be found',
    (_name, security, problem) => {
      const { [EXAMPLE.path]: collection, ...others } = contract.paths;
      const open = { ...collection, get: { ...collection?.['get'], security } };
      expect(problemsOf({ ...contract, paths: { ...others, [EXAMPLE.path]: open } })).toEqual([problem]);
    },
    30_000,
  );

  it('has the rules applied, so a scheme that is not defined would be found', () => {
    const components = { ...contract.components, securitySchemes: {} };
    expect(problemsOf({ ...contract, components })).toContain(
      'security-scheme-defined at components/securitySchemes',
    );
  }, 30_000);
});
