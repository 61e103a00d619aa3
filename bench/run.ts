import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { conditions } from '../support/measure/conditions.ts';
import {
  detailRows,
  type Entry,
  RESULT_COLUMNS,
  readReport,
  toRow,
  toText,
  writePage,
  writeReport,
} from '../support/measure/report.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { showProgress } from '../support/progress.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { DOCUMENT, FIGURES, pageOf } from './document.ts';

/** Of this machine alone, for a run that does not write the page. */
const REPORT = 'reports/bench.json';

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

const path = values.write ? FIGURES : REPORT;
const progress = showProgress(chosen.map(({ ids, seconds }) => ({ name: ids.join(', '), seconds })));
let report = readReport(path);
for (const benchmark of chosen) {
  progress.next();
  report = { ...report, [benchmark.ids.join()]: await measure(benchmark) };
  writeReport(path, report);
}
progress.end();

if (values.write) writePage(DOCUMENT, pageOf(report));
process.exit(0);

async function measure({ ids, run }: Benchmark): Promise<Entry> {
  const before = loadavg()[0] ?? 0;
  const outcome = await run({ rounds: Number(values.rounds) || undefined });
  progress.print(toText([RESULT_COLUMNS, ...outcome.results.map(toRow)]));
  for (const detail of outcome.details ?? [])
    progress.print(`\n${detail.title}\n${toText(detailRows(detail))}`);
  return { ids, ...outcome, conditions: conditions(before) };
}
