import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { contract } from '../support/documented.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const SPECTRAL = join(dirname(require.resolve('@stoplight/spectral-cli/package.json')), 'dist/index.js');
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
    execFileSync(process.execPath, [SPECTRAL, 'lint', file, ...options], { cwd: ROOT, stdio: 'pipe' });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: Buffer };
    const problems = JSON.parse(stdout.toString()) as { code: string; path: string[] }[];
    return problems.map(({ code, path }) => `${code} at ${path.join('/')}`);
  }
}

it('the published contract pleases Spectral and the OWASP rules, but for the exceptions in .spectral.yaml', () => {
  expect(problemsOf(contract)).toEqual([]);
}, 30_000);

it('the rules are applied, so a route without protection would be found', () => {
  const { '/api/tasks': tasks, ...others } = contract.paths;
  const open = { ...tasks, get: { ...tasks?.['get'], security: [] } };
  const problems = problemsOf({ ...contract, paths: { ...others, '/api/tasks': open } });
  expect(problems).toEqual(['owasp:api2:2023-read-restricted at paths//api/tasks/get/security']);
}, 30_000);
