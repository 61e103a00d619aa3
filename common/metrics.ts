import { printLine } from './log.ts';

/** CloudWatch namespace of every metric of this service. */
export const METRICS_NAMESPACE = 'BetterAuthTodo';

/** Counts one event. A dimension value is one of a fixed few: each new value is a new metric, and none names a user. */
export type Count = (metric: string, dimensions?: Readonly<Record<string, string>>) => void;

export interface CountOptions {
  /** Dimension of every metric: which part of the service counts. */
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly write?: (line: string) => void;
}

/**
 * Counts by writing CloudWatch's embedded metric format, one JSON line per event: no call to AWS and no library.
 * Each metric exists once for the whole `service` and once per value of the further dimensions. Everything but the
 * time is written once and kept, for there are few different lines.
 */
export function makeCount({ service, now = Date.now, write = printLine }: CountOptions): Count {
  const rests = new Map<string, string>();
  return (metric, dimensions = {}) => {
    const name = [metric, ...Object.entries(dimensions)].join(' ');
    let rest = rests.get(name);
    if (rest === undefined) {
      rest = restOfLine(service, metric, dimensions);
      rests.set(name, rest);
    }
    write(`{"_aws":{"Timestamp":${now()},${rest}`);
  };
}

/** The line without its beginning, which is the time. */
function restOfLine(service: string, metric: string, dimensions: Readonly<Record<string, string>>): string {
  const names = Object.keys(dimensions);
  const directive = {
    Namespace: METRICS_NAMESPACE,
    Dimensions: names.length > 0 ? [['service'], ['service', ...names]] : [['service']],
    Metrics: [{ Name: metric, Unit: 'Count' }],
  };
  const values = JSON.stringify({ service, ...dimensions, [metric]: 1 });
  return `"CloudWatchMetrics":[${JSON.stringify(directive)}]},${values.slice(1)}`;
}
