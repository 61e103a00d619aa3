import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DIRECTORY = 'node_modules/aws-lambda-ric';
const TOOLS = ['cmake', 'g++', 'make', 'python3', 'xz'];

/** The runtime client that Lambda runs, or why this machine has none. */
export type RuntimeClient = { readonly file: string } | { readonly missing: string };

/** Installs it into `bench/node_modules` when it is not there yet, which compiles for a minute. */
export function runtimeClient(): RuntimeClient {
  const file = join(import.meta.dirname, DIRECTORY, 'index.mjs');
  if (isInstalled()) return { file };
  const missing = missingForBuild() ?? install();
  return missing === undefined ? { file } : { missing };
}

function isInstalled(): boolean {
  const installed = readJson(`${DIRECTORY}/package.json`)?.version;
  const wanted = readJson('package.json')?.dependencies['aws-lambda-ric'];
  return installed === wanted && existsSync(join(import.meta.dirname, DIRECTORY, 'rapid-client.node'));
}

function readJson(path: string) {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
  } catch {
    return undefined;
  }
}

function missingForBuild(): string | undefined {
  if (process.platform !== 'linux') return `aws-lambda-ric runs on Linux, not on ${process.platform}`;
  const folders = process.env['PATH']?.split(delimiter) ?? [];
  const missing = TOOLS.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return missing.length === 0
    ? undefined
    : `aws-lambda-ric is compiled with ${missing.join(', ')}, missing here`;
}

/** @returns what went wrong, in a line. */
function install(): string | undefined {
  console.log('installing aws-lambda-ric, which compiles for about a minute');
  const { status, stderr } = spawnSync('npm', ['ci', '--prefix', import.meta.dirname], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0 && isInstalled()) return undefined;
  const errors = stderr?.split('\n').filter((line) => /^npm error (?!A complete log)./.test(line));
  return `npm ci --prefix bench failed: ${errors?.at(-1) ?? `status ${status}`}`;
}
