import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from '@jest/globals';

const PROGRAM = resolve('tests/reliability/run.ts');
const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/**
 * A little of each scenario. Programs of their own, because inside jest the SDK does not know Node's errors; all of it
 * is `npm run test:reliability`.
 */
describe('reliability, in short', () => {
  it.each(['isolation', 'storage', 'deletion', 'issuer', 'crash', 'load', 'hostile', 'ports'])(
    '%s',
    async (scenario) => {
      const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
      const args = ['--no-warnings', PROGRAM, '--short', '--only', scenario];
      await run(process.execPath, args, { env }).catch(({ stdout, stderr }) => {
        throw new Error(`${stdout}${stderr}`);
      });
    },
    TIMEOUT_MS,
  );
});
