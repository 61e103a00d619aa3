import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { send, type WireReply } from './client.ts';
import { describeWithEsbuild, esbuildPlugin } from './esbuild-plugin.ts';
import { type Offline, startOffline } from './offline.ts';
import { bearer } from './row.ts';

const HERE = import.meta.dirname;
/** Inside the project, so that the copy finds its node_modules; ignored by git. */
const COPIES = join(HERE, '.local');

const TRIES_A_SAVE = 60;

describeWithEsbuild.each([
  ['worker threads', []],
  ['in process', ['--useInProcess']],
])('serverless-esbuild’s watch mode, %s', (_runner, args) => {
  let offline: Offline | undefined;
  mkdirSync(COPIES, { recursive: true });
  const service = mkdtempSync(join(COPIES, 'watched-'));
  afterAll(async () => {
    await offline?.stop();
    rmSync(service, { recursive: true, force: true });
  });

  it('runs the new function and the new authorizer after a rebuild, and forgets cached results', async () => {
    cpSync(join(HERE, '../fixtures/watched'), service, { recursive: true });
    offline = await startOffline({
      service,
      args,
      env: {
        OFFLINE_GATEWAY_PLUGIN: join(HERE, '../index.cjs'),
        SERVERLESS_ESBUILD_PLUGIN: String(esbuildPlugin),
      },
    });
    const { url } = offline;
    const greet = () => send(url, '/dev/greeting', bearer('x'));
    expect((await greet()).body).toBe('hello first');
    await until(greet, 'hello second', () => edit(join(service, 'authorizer.ts'), 'first', 'second'));
    await until(greet, 'good morning second', () => edit(join(service, 'greet.ts'), 'hello', 'good morning'));
  }, 60_000);
});

function edit(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

/**
 * No request may fail meanwhile: the old functions answer until the new ones can. Saves again and again, because the
 * watch begins at some time after the start and misses what was saved before.
 */
async function until(ask: () => Promise<WireReply>, body: string, save: () => void): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (let tries = 0; ; tries++) {
    if (tries % TRIES_A_SAVE === 0) save();
    const reply = await ask();
    expect(reply.status).toBe(200);
    if (reply.body === body) return;
    if (Date.now() > deadline) throw new Error(`still ${reply.body}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
