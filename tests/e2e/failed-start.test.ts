import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { requireFreePorts } from '../../local/settings/ports.ts';
import { copyOfProject } from '../../support/packaged.ts';
import { runStack, type Stack } from '../../support/stack.ts';

const TIMEOUT_MS = 30_000;
/** For what is to end by itself; a start takes 1.5 s. */
const PATIENCE_MS = 15_000;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function runCopy(
  spoil: (folder: string) => void,
  command: readonly [string, ...string[]],
): Promise<Stack> {
  const { folder, remove } = copyOfProject();
  cleanUps.push(remove);
  spoil(folder);
  const run = await runStack({ folder, env: { LOCAL_DATA_DIR: '.local' }, command });
  cleanUps.unshift(run.stop);
  return run;
}

const portsOf = ({ env }: Stack) =>
  Object.entries(env)
    .filter(([name]) => name.endsWith('_PORT'))
    .map(([variable, port]) => ({ port: Number(port), purpose: variable, variable }));

const exitOf = (run: Stack) =>
  Promise.race([run.exited, sleep(PATIENCE_MS, 'still running', { ref: false })]);

describe('a start that fails', () => {
  it.each<[string, (folder: string) => void, string, readonly string[]]>([
    [
      'the configuration',
      (folder) => {
        const file = join(folder, 'serverless.yml');
        writeFileSync(file, readFileSync(file, 'utf8').replace('\n  timeout: 10', '\n  timeoutt: 10'));
      },
      'timeoutt',
      [],
    ],
    ['an option', () => {}, 'bogus', ['--bogus']],
    [
      'a source',
      (folder) => writeFileSync(join(folder, 'functions/get-me.ts'), 'const x = ;'),
      'functions/get-me.ts',
      [],
    ],
    [
      'where the bundles go',
      (folder) => {
        mkdirSync(join(folder, '.local'));
        writeFileSync(join(folder, '.local/bundles'), '');
      },
      'The bundles cannot be written to',
      [],
    ],
  ])(
    'because of %s ends with 1, says why, and leaves nothing running',
    async (_name, spoil, sentence, options) => {
      const run = await runCopy(spoil, ['serverless', 'offline', 'start', ...options]);
      expect(await exitOf(run)).toBe(1);
      expect(run.output()).toContain(sentence);
      await requireFreePorts(portsOf(run), 0);
    },
    TIMEOUT_MS,
  );

  it(
    'because npm was killed meanwhile leaves nothing running',
    async () => {
      const run = await runCopy(() => {}, ['npm', 'run', 'dev']);
      // The first thing a start leaves behind, a second before it is done.
      const deadline = Date.now() + PATIENCE_MS;
      while (!existsSync(join(run.folder, '.local/better-auth-secret'))) {
        if (Date.now() > deadline) throw new Error(`it did not begin:\n${run.output()}`);
        await sleep(20);
      }
      run.child.kill('SIGKILL');
      await run.exited;
      await sleep(3000);
      await requireFreePorts(portsOf(run), 0);
    },
    TIMEOUT_MS,
  );
});
