import { median, quantile, shuffled } from './statistics.ts';

/** One of the things that are compared. */
export interface Variant {
  readonly name: string;
  /** Measures once: any quantity of which less or more is better, the same for all variants. */
  readonly sample: () => Promise<number>;
}

/** What was measured of one variant, one value per round. */
export type Samples = readonly number[];

/** Samples of every variant by its name, round by round. */
export class Rounds {
  readonly #samples: ReadonlyMap<string, Samples>;

  constructor(samples: ReadonlyMap<string, Samples>) {
    this.#samples = samples;
  }

  median(name: string): number {
    return median(this.#of(name));
  }

  /**
   * How many times the one is the other: the median of the ratios inside a round, because what disturbs the machine
   * disturbs the whole round.
   */
  ratio(name: string, to: string): number {
    return median(this.#ratios(name, to));
  }

  /** From the lower to the upper quartile of the ratios. */
  spread(name: string, to: string): string {
    const ratios = this.#ratios(name, to);
    return `${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)}`;
  }

  #ratios(name: string, to: string): number[] {
    const base = this.#of(to);
    return this.#of(name).map((value, round) => value / (base[round] ?? Number.NaN));
  }

  #of(name: string): Samples {
    const samples = this.#samples.get(name);
    if (samples === undefined) throw new Error(`there is no variant ${name}`);
    return samples;
  }
}

/** Measures every variant once per round, in another random order each time. The first round does not count. */
export async function interleave(variants: readonly Variant[], rounds: number): Promise<Rounds> {
  const samples = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, sample } of shuffled(variants)) {
      const value = await sample();
      if (round > 0) samples.get(name)?.push(value);
    }
  }
  return new Rounds(samples);
}

/**
 * Wall time per call in microseconds, over as many calls as fit into `batchMs`.
 *
 * @param options.block calls between two looks at the clock.
 */
export function perCall(call: () => unknown, { batchMs = 25, block = 50 } = {}): Variant['sample'] {
  return async () => {
    const begun = performance.now();
    let calls = 0;
    let elapsed = 0;
    do {
      for (let repeat = 0; repeat < block; repeat += 1) await call();
      calls += block;
      elapsed = performance.now() - begun;
    } while (elapsed < batchMs);
    return (elapsed * 1000) / calls;
  };
}
