/**
 * `npm run audit`: the rows of OWASP ASVS 5.0 and of AWS's Serverless Applications Lens that apply to this service.
 * Each row has its state and the file or test that shows it. The data is in scripts/audit/rows.yml.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type State = 'met' | 'partly' | 'not';
type Row = readonly [id: string | number, state: State, requirement: string, shown: readonly string[]];

const FILE = new URL('audit/rows.yml', import.meta.url);
const sections: readonly { source: string; rows: readonly Row[] }[] = parse(readFileSync(FILE, 'utf8'));

for (const { source, rows } of sections) {
  process.stdout.write(`\n${source}\n`);
  for (const [id, state, requirement, shown] of rows) {
    process.stdout.write(`  ${String(id).padEnd(7)}${state.padEnd(8)}${requirement}\n`);
    if (shown.length > 0) process.stdout.write(`${' '.repeat(17)}${shown.join(', ')}\n`);
  }
}

const all = sections.flatMap(({ rows }) => rows);
const count = (wanted: State) => all.filter(([, state]) => state === wanted).length;
process.stdout.write(
  `\n${all.length} rows: ${count('met')} met, ${count('partly')} partly, ${count('not')} not\n`,
);
