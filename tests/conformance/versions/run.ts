import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { showProgress } from '../../../support/progress.ts';
import { type Outcome, VERSIONS_DOCUMENT, versionsDocument } from './document.ts';
import { missingIn, patternWithout } from './features.ts';
import { installRelease, newestOfEachMinor } from './releases.ts';

/**
 * `npm run test:better-auth`: the conformance suite over the newest release of each minor line, then the table of
 * versions. With `--newest`, over the newest release of all, and no table.
 */
const { values } = parseArgs({ options: { newest: { type: 'boolean', default: false } } });

const JEST = 'node_modules/jest/bin/jest.js';
const CONFIG = 'tests/conformance/versions/jest.config.js';
/** Rotations take seconds, and a machine may be busy. */
const TEST_TIMEOUT_MS = '60000';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const all = await newestOfEachMinor();
const versions = values.newest ? all.slice(-1) : all;
console.log(`Better Auth ${versions.join(', ')}`);
const progress = showProgress(versions.map((version) => ({ name: `Better Auth ${version}` })));
const outcomes: Outcome[] = [];
for (const version of versions) outcomes.push(await hold(version));
progress.end();
if (!values.newest) {
  writeFileSync(VERSIONS_DOCUMENT, versionsDocument(outcomes));
  console.log(`${VERSIONS_DOCUMENT} is written.`);
}
process.exitCode = outcomes.every(({ failed }) => failed.length === 0) ? 0 : 1;

async function hold(version: string): Promise<Outcome> {
  progress.next();
  progress.print(`${version}: installing`);
  const folder = await installRelease(version);
  const missing = missingIn(version);
  const begun = performance.now();
  progress.print(
    `${version}: testing${missing.length > 0 ? `, without ${missing.length} features of later versions` : ''}`,
  );
  const { numPassedTests: passed, testResults } = await runSuite(folder, patternWithout(missing));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  // A suite that cannot even load has no tests to fail.
  if (results.length === 0) failed.push(testResults.map(({ message }) => message).join('\n'));
  progress.print(
    `${version}: ${passed} passed, ${failed.length} failed (${Math.round((performance.now() - begun) / 1000)} s)`,
  );
  for (const name of failed) progress.print(`  ${name}`);
  return { version, passed, failed, missing };
}

async function runSuite(folder: string, pattern: string): Promise<Report> {
  const file = join(folder, 'result.json');
  const options = [
    '-c',
    CONFIG,
    '-t',
    pattern,
    '--testTimeout',
    TEST_TIMEOUT_MS,
    '--json',
    '--outputFile',
    file,
  ];
  const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', JEST, ...options], {
    env: { ...process.env, BETTER_AUTH_FOLDER: folder },
    stdio: 'ignore',
  });
  await once(child, 'exit');
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}
