/**
 * The second half of `npm run check:contract`. The routes of serverless.yml are those of openapi.yml, and protected
 * operations have the authorizer; a deployment checks the same. Each operation has its function.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';
import { FUNCTION_NAMES, kebabCase } from '../support/operations.ts';

const { routeFaults } = createRequire(import.meta.url)('../deploy/route-faults.cjs') as {
  routeFaults: (functions: unknown, document: unknown) => string[];
};
const read = (name: string) =>
  parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'), { logLevel: 'error', merge: true });

const missing = FUNCTION_NAMES.map((name) => `functions/${kebabCase(name)}.ts`).filter(
  (file) => !existsSync(new URL(`../${file}`, import.meta.url)),
);
const faults = [
  ...missing.map((file) => `openapi.yml has an operation for which there is no ${file}. Write it.`),
  ...routeFaults(read('serverless.yml').functions, read('openapi.yml')),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
