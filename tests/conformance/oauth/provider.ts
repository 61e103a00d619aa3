import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Provider } from './client.ts';

const DIRECTORY = import.meta.dirname;

/** Longer than npm needs on a slow line: 25 packages. */
export const INSTALL_MS = 300_000;

/** Installs the packages of the provider once. They stand in a folder of their own: the plugin needs an older better-auth than the root has. */
export async function installProvider(): Promise<void> {
  if (existsSync(join(DIRECTORY, 'node_modules/@better-auth/oauth-provider/package.json'))) return;
  const options = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', options, { cwd: DIRECTORY, shell: process.platform === 'win32' });
}

/** Starts provider.mjs for an API that is known as `resource`. */
export async function startProvider(resource: string) {
  const child = spawn(process.execPath, ['--no-warnings', join(DIRECTORY, 'provider.mjs'), resource], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
