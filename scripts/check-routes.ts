/**
 * `npm run check:contract`, its second half: the routes of serverless.yml are those of openapi.yml, and what the contract
 * protects has the authorizer. A deployment is refused for the same.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

const { routeFaults } = createRequire(import.meta.url)('../deploy/route-faults.cjs') as {
  routeFaults: (functions: unknown, document: unknown) => string[];
};
const read = (name: string) =>
  parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'), { logLevel: 'error', merge: true });

const faults = routeFaults(read('serverless.yml').functions, read('openapi.yml'));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
