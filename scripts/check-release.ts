/**
 * `npm run check:release`: CHANGELOG.md keeps its form, the version is the same everywhere, and a change of what ships has
 * its line. A change is what differs from BASE (a commit; CI names the target branch of a pull request), or nothing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { changeFaults, changelogFaults, versionFaults } from './release/rules.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const changelog = read('CHANGELOG.md');
const versions = {
  package: JSON.parse(read('package.json')).version,
  lock: JSON.parse(read('package-lock.json')).version,
  openapi: parse(read('openapi.yml')).info.version,
};
const faults = [
  ...changelogFaults(changelog),
  ...versionFaults(versions, changelog),
  ...changeFaults(changedFiles()),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

function changedFiles(): string[] {
  const base = process.env['BASE'];
  if (!base) return [];
  const output = execFileSync('git', ['diff', '--name-only', `${base}...HEAD`], { encoding: 'utf8' });
  return output.split('\n').filter(Boolean);
}
