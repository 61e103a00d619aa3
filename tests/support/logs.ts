import { type Log, makeLog } from '../../common/log.ts';
import { type Count, makeCount } from '../../common/metrics.ts';

/** The real log and metric writers, their lines kept instead of printed. */
export function recordLines() {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log: Log = makeLog({ threshold: 'debug', write });
  const count: Count = makeCount({ service: 'authorizer', write, now: () => 0 });
  const entries = () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { log, count, lines, entries };
}
