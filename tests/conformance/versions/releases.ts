import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minorOf } from './features.ts';

/** Before 1.3 the jwt() plugin cannot be given a signer, nor an issuer and an audience. */
const OLDEST_MINOR = 3;

const run = promisify(execFile);

/** The newest release of every minor line of Better Auth 1, the oldest line first. */
export async function newestOfEachMinor(): Promise<string[]> {
  const { stdout } = await run('npm', ['view', 'better-auth', 'versions', '--json'], npmOptions());
  const releases = (JSON.parse(stdout) as string[]).filter((version) => /^1\.\d+\.\d+$/.test(version));
  const lines = Map.groupBy(releases, minorOf);
  return [...lines.entries()]
    .filter(([minor]) => minor >= OLDEST_MINOR)
    .toSorted(([one], [other]) => one - other)
    .map(([, versions]) => versions.toSorted((one, other) => patchOf(one) - patchOf(other)).at(-1) ?? '');
}

function patchOf(version: string): number {
  return Number(version.split('.')[2]);
}

/** Installs one version into a folder of its own, unless it is there from an earlier run. Returns the folder. */
export async function installRelease(version: string): Promise<string> {
  const folder = join(tmpdir(), 'better-auth-versions', version);
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return folder;
  mkdirSync(folder, { recursive: true });
  const dependencies = { 'better-auth': version };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', options, { ...npmOptions(), cwd: folder });
  return folder;
}

function npmOptions() {
  return { maxBuffer: 16 * 1024 * 1024, shell: process.platform === 'win32' };
}
