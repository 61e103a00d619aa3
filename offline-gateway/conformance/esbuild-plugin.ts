import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';

/** Tools of the repository around this package: npm run tools. */
const TOOLS = createRequire(join(import.meta.dirname, '../../tools/package.json'));

/** The folder of serverless-esbuild; `undefined` where it is not installed. */
export const esbuildPlugin = find();

/** `describe` where there is serverless-esbuild. Without it a developer's machine skips the tests, and CI fails. */
export const describeWithEsbuild =
  esbuildPlugin === undefined && !process.env['CI'] ? describe.skip : describe;

function find(): string | undefined {
  try {
    return dirname(TOOLS.resolve('serverless-esbuild/package.json'));
  } catch {
    return undefined;
  }
}
