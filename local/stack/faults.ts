import { subscribe } from 'node:diagnostics_channel';
import { FAULTS, type Fault } from '../../common/fault.ts';

/** Causes of causes that are printed. */
const CAUSES_MAX = 3;

/** Prints each error that a function did not foresee: the operation, then message and stack in source lines, once. */
export function printFaults(print: (text: string) => void): void {
  const printed = new WeakSet<object>();
  subscribe(FAULTS, (message) => {
    const { operation, error } = message as Fault;
    if (typeof error === 'object' && error !== null) {
      if (printed.has(error)) return;
      printed.add(error);
    }
    print(`\n${operation} failed: ${describe(error)}\n`);
  });
}

function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  if (error.cause === undefined || depth === CAUSES_MAX) return own;
  return `${own}\ncaused by ${describe(error.cause, depth + 1)}`;
}
