import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** What npm says of the packages of a folder on the Node that runs them, which is the one that runs this. Changes nothing. */
function install(folder: string) {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('Run through npm test, which names npm.');
  const words = ['ci', '--dry-run', '--engine-strict', '--ignore-scripts', '--no-audit', '--no-fund'];
  return spawnSync(process.execPath, [npm, ...words], { cwd: join(ROOT, folder), encoding: 'utf8' });
}

// .npmrc hides the warning of npm, which asks the Node that installs.
it.each([
  ['project', '.'],
  ['tools', 'tools'],
])(
  'every package of the %s accepts the Node that runs it',
  (_name, folder) => {
    const { status, stderr } = install(folder);
    expect([status, stderr]).toEqual([0, '']);
  },
  60_000,
);
