import { type Log, makeLog } from '../common/log.ts';

/** The real log writer, its lines kept instead of printed. */
export function recordLines() {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log: Log = makeLog({ threshold: 'debug', write });
  const entries = () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { log, lines, entries };
}
