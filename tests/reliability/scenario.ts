import type { Stack } from '../../support/stack.ts';

/** How much of a scenario is run: all of it, or as much as fits into every test run. */
export type Scale = 'full' | 'short';

/** The local stack under a scenario. */
export interface Stacks {
  /** @param settings what it needs; there may be more. */
  readonly open: (settings?: Readonly<Record<string, string>>) => Promise<Stack>;
  /** The scenario needs it no more. */
  readonly close: (stack: Stack) => Promise<void>;
}

/** One line of the report. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  /** What the promise was, when the figure could break it. */
  readonly limit?: string;
  /** What is drawn of it, when it is drawn. */
  readonly points?: readonly (readonly [x: number, y: number])[];
}

export interface Scenario {
  readonly name: string;
  /** What must hold, in sentences. */
  readonly promise: string;
  /** @throws when the promise does not hold, with what was seen. */
  readonly run: (scale: Scale, stacks: Stacks) => Promise<readonly Finding[]>;
}

/** Fixed, so that a failure can be repeated; RELIABILITY_SEED tries others. */
export const SEED = Number(process.env['RELIABILITY_SEED'] ?? 20_270_115);

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

/** Runs jobs a few at a time. */
export async function inParallel(jobs: readonly (() => Promise<void>)[], concurrency: number): Promise<void> {
  const queue = [...jobs];
  const work = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
