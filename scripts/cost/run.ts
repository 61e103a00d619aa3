/**
 * `npm run cost`: what the API costs on AWS, by operation and per month.
 *
 *   --users 10000      who call at least once a day.
 *   --requests 100     requests of each of them a day.
 *   --measure          measures the operations again (a minute) and keeps the figures in measured.json.
 *   --write            puts the tables into docs/scaling.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureOperations } from './measure.ts';
import type { Operation } from './model.ts';
import { cacheTable, floodTable, monthTable, operationTable, scaleTable, writeTables } from './tables.ts';

const MEASURED = new URL('measured.json', import.meta.url);
const DOCUMENT = new URL('../../docs/scaling.md', import.meta.url);

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    requests: { type: 'string', default: '100' },
    measure: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

if (values.measure) writeFileSync(MEASURED, `${JSON.stringify(await measureOperations(), null, 2)}\n`);
const operations: Record<string, Operation> = JSON.parse(readFileSync(MEASURED, 'utf8'));

const tables = {
  operations: operationTable(operations),
  month: monthTable(operations, { users: readCount('users'), requestsPerDay: readCount('requests') }),
};
for (const table of Object.values(tables)) process.stdout.write(`${table}\n\n`);
if (values.write) {
  const text = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(
    DOCUMENT,
    writeTables(text, {
      ...tables,
      scale: scaleTable(operations),
      cache: cacheTable(),
      floods: floodTable(),
    }),
  );
}
function readCount(name: 'users' | 'requests'): number {
  const count = Number(values[name]);
  if (Number.isFinite(count) && count > 0) return count;
  process.stderr.write(`--${name} takes a number above 0.\n`);
  process.exit(1);
}
