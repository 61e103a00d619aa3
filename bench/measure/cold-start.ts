import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Env } from '../../common/env.ts';

const RUNNER = resolve(import.meta.dirname, '../cold-runner.cjs');

/** One start of a function in a process of its own. */
export interface ColdStart {
  /** CommonJS file that exports `handler`. */
  readonly bundle: string;
  readonly event: unknown;
  /** The whole environment of the process: nothing is inherited, a CA file in it would cost 30 ms. */
  readonly env: Env;
  /** Throws when the reply is not the one that was to be measured. */
  readonly check: (reply: unknown) => void;
}

/** A measurement of the milliseconds from the spawn to the first reply. */
export function coldStart({ bundle, event, env, check }: ColdStart): () => Promise<number> {
  const eventFile = join(mkdtempSync(join(tmpdir(), 'bench-event-')), 'event.json');
  writeFileSync(eventFile, JSON.stringify(event));
  return () =>
    new Promise((done, fail) => {
      const begun = performance.now();
      const child = spawn(process.execPath, [RUNNER, bundle, eventFile], { env: { ...env } });
      let elapsed = Number.NaN;
      let reply = '';
      let errors = '';
      child.stdout.once('data', () => {
        elapsed = performance.now() - begun;
      });
      child.stdout.on('data', (chunk) => {
        reply += chunk;
      });
      child.stderr.on('data', (chunk) => {
        errors += chunk;
      });
      child.once('close', (code) => {
        try {
          if (code !== 0) throw new Error(`${bundle} ended with ${code}: ${errors}`);
          check(JSON.parse(reply));
          done(elapsed);
        } catch (error) {
          fail(error);
        }
      });
    });
}
