import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { usedSchema } from './used-schema.ts';

interface Report {
  readonly message: string;
  /** The configuration, with the values that the check has converted. */
  readonly copy: unknown;
}

/** Of the framework, whose cache of checks is in the home of the user. */
const TIMEOUT_MS = 60_000;

describe('the schema that a configuration uses', () => {
  it(
    'finds the mistakes of a configuration that the whole schema finds, in the same words',
    async () => {
      const reports = await compare();
      expect(Object.keys(reports).length).toBeGreaterThan(10);
      for (const [mistake, { used, whole }] of Object.entries(reports))
        expect({ mistake, ...used }).toEqual({ mistake, ...whole });
      const silent = Object.entries(reports).filter(([, { used }]) => used.message === '');
      expect(silent.map(([name]) => name)).toEqual(['no mistake', 'a number as text']);
    },
    2 * TIMEOUT_MS,
  );

  it('leaves out what the configuration does not have', () => {
    const whole = {
      definitions: { text: { type: 'string' } },
      properties: { name: { $ref: '#/definitions/text' }, other: { properties: {} } },
      required: ['name', 'other'],
      additionalProperties: false,
    };
    expect(usedSchema(whole, { name: 'a', typo: 1 })).toEqual({
      properties: { name: { type: 'string' } },
      required: ['name', 'other'],
      additionalProperties: false,
    });
  });
});

async function compare(): Promise<Record<string, { readonly used: Report; readonly whole: Report }>> {
  const framework = fileURLToPath(
    new URL('../../node_modules/serverless/bin/serverless.js', import.meta.url),
  );
  const service = fileURLToPath(new URL('../fixtures/mistakes', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', framework, 'print'], {
    cwd: service,
    timeout: TIMEOUT_MS,
  });
  return JSON.parse(stdout);
}
