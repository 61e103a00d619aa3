import { styleText } from 'node:util';
import type { Group } from './check.ts';
import type { CheckResult } from './run-checks.ts';

const LABEL = { passed: 'pass', failed: 'FAIL', skipped: 'skip' } as const;
const COLOUR = { passed: 'green', failed: 'red', skipped: 'yellow' } as const;

/** Writes a table row by row, a heading whenever the group changes. */
export function makeReport(write: (text: string) => void) {
  let group: Group | undefined;
  return {
    row: (result: CheckResult): void => {
      if (result.group !== group) write(`\n${styleText('bold', result.group)}\n`);
      group = result.group;
      write(rowOf(result));
    },
    summary: (results: readonly CheckResult[]): void => write(summaryOf(results)),
  };
}

function rowOf({ outcome, name, reason, ms }: CheckResult): string {
  const label = styleText(COLOUR[outcome], LABEL[outcome]);
  if (outcome === 'passed') return `  ${label}  ${name} ${styleText('dim', `${ms} ms`)}\n`;
  if (outcome === 'skipped') return `  ${label}  ${name}: ${reason}\n`;
  return `  ${label}  ${name}\n        ${reason.trim().replaceAll('\n', '\n        ')}\n`;
}

function summaryOf(results: readonly CheckResult[]): string {
  const count = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const reasons = new Set(results.flatMap(({ outcome, reason }) => (outcome === 'skipped' ? [reason] : [])));
  const why = reasons.size > 0 ? ` (${[...reasons].join('; ')})` : '';
  const seconds = results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  return `\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped${why} in ${seconds.toFixed(1)} s\n`;
}

/** 0 when everything that could be asked was answered as promised. */
export function exitCodeOf(results: readonly CheckResult[]): 0 | 1 {
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}
