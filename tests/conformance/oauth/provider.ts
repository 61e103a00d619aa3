import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Provider } from './client.ts';

const DIRECTORY = import.meta.dirname;

/** Longer than npm needs on a slow line: 25 packages. */
export const INSTALL_MS = 300_000;

/**
 * Installs the packages of the provider once, whichever suite comes first. They stand in a folder of their own: the plugin
 * needs an older better-auth than the root has.
 */
export async function installProvider(): Promise<void> {
  const isInstalled = () => existsSync(join(DIRECTORY, 'node_modules/.package-lock.json'));
  if (isInstalled()) return;
  const isMine = claim();
  if (isMine) return install().finally(() => rmSync(CLAIM, { recursive: true, force: true }));
  while (existsSync(CLAIM)) await sleep(200);
  if (!isInstalled()) throw new Error(`npm ci failed in ${DIRECTORY}`);
}

const CLAIM = join(DIRECTORY, '.installing');

/** False when another process installs. A claim that was left by one that was ended does not count. */
function claim(): boolean {
  try {
    mkdirSync(CLAIM);
    return true;
  } catch {
    const since = statSync(CLAIM, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - since > INSTALL_MS;
  }
}

async function install(): Promise<void> {
  const options = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', options, { cwd: DIRECTORY, shell: process.platform === 'win32' });
}

/** Starts provider.mjs for an API that is known as `resource` and has these scopes. */
export async function startProvider(resource: string, scopes = ['tasks:read', 'tasks:write']) {
  const args = ['--no-warnings', join(DIRECTORY, 'provider.mjs'), resource, ...scopes];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk)),
    ended.then(([code]) => {
      throw new Error(`the OAuth provider ended with ${code} before it listened`);
    }),
  ]);
  return {
    ...(JSON.parse(line) as Provider),
    stop: async () => {
      child.kill();
      await ended.catch(() => undefined);
    },
  };
}
