import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { conditions } from '../support/measure/conditions.ts';
import {
  detailRows,
  type Entry,
  RESULT_COLUMNS,
  readReport,
  toMarkdown,
  toRow,
  toText,
  writeBetweenMarkers,
  writeReport,
} from '../support/measure/report.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { BENCHMARKS } from './benchmarks.ts';

const REPORT = 'reports/bench.json';
const DOCUMENT = 'docs/performance.md';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '0' },
    write: { type: 'boolean', default: false },
  },
});

const wanted = values.only?.split(',');
const chosen = BENCHMARKS.filter(({ ids }) => wanted === undefined || ids.some((id) => wanted.includes(id)));
if (chosen.length === 0) throw new Error(`--only takes ${BENCHMARKS.flatMap(({ ids }) => ids).join(', ')}`);

let report = readReport(REPORT);
for (const benchmark of chosen) {
  report = { ...report, [benchmark.ids.join()]: await measure(benchmark) };
  writeReport(REPORT, report);
}

if (values.write) writeBetweenMarkers(DOCUMENT, toDocument(Object.values(report)));
process.exit(0);

async function measure({ ids, seconds, run }: Benchmark): Promise<Entry> {
  console.log(`\n${ids.join(', ')} (about ${seconds} s)`);
  const before = loadavg()[0] ?? 0;
  const outcome = await run({ rounds: Number(values.rounds) || undefined });
  console.log(toText([RESULT_COLUMNS, ...outcome.results.map(toRow)]));
  for (const detail of outcome.details ?? []) console.log(`\n${detail.title}\n${toText(detailRows(detail))}`);
  return { ids, ...outcome, conditions: conditions(before) };
}

function toDocument(entries: readonly Entry[]): string {
  const ordered = BENCHMARKS.flatMap(({ ids }) => entries.filter((entry) => entry.ids.join() === ids.join()));
  const results = ordered.flatMap(({ results }) => results.map(toRow));
  const details = ordered.flatMap(({ details = [] }) => details);
  const taken = ordered.map(({ ids, conditions: { date, node, machine, load } }) => [
    ids.join(', '),
    date,
    node,
    machine,
    load,
  ]);
  return [
    toMarkdown([RESULT_COLUMNS, ...results]),
    ...details.map((detail) => `### ${detail.title}\n\n${toMarkdown(detailRows(detail))}`),
    `### When and where\n\n${toMarkdown([['#', 'date', 'Node', 'machine', 'load before → after'], ...taken])}`,
  ].join('\n\n');
}
