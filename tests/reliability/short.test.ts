import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Outcome, readOutcomes } from './outcomes.ts';

const PROGRAM = resolve('tests/reliability/run.ts');
const TIMEOUT_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'reliability-'));
let outcomes: Record<string, Outcome>;
let printed = '';

/** A program of its own, because inside jest the SDK does not know Node's errors. */
beforeAll(async () => {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const report = join(folder, 'outcomes.json');
  const args = ['--no-warnings', PROGRAM, '--short', '--report', report];
  await promisify(execFile)(process.execPath, args, { env }).catch(({ stdout, stderr }) => {
    printed = `${stdout}${stderr}`;
  });
  outcomes = readOutcomes(report);
}, TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true }));

/** A little of each scenario, all on one stack. All of it is `npm run test:reliability`. */
describe('reliability, in short', () => {
  it.each([
    'Isolation',
    'Storage faults',
    'Deletion',
    'Issuer faults',
    'Hostile HTTP',
    'Hostile requests to every local port',
    'Load',
    'Crash',
  ])('%s', (name) => {
    const { failure = '', findings } = outcomes[name] ?? { failure: `not run:\n${printed}`, findings: [] };
    expect(failure).toBe('');
    expect(findings.length).toBeGreaterThan(0);
  });
});
