/** Users who call at random, some much more than others. */
export interface Traffic {
  readonly users: number;
  /** Requests a second of all users together. */
  readonly perSecond: number;
  /** How unequal users are: the n-th busiest makes 1/n^skew of what the busiest does. 0: all alike. */
  readonly skew: number;
  /** How much time to simulate. */
  readonly seconds: number;
  /** For how long API Gateway keeps the authorizer's answer. */
  readonly ttlS: number;
  /** For how long a client uses a token before it asks for another. */
  readonly tokenS: number;
}

export interface Outcome {
  readonly requests: number;
  readonly authorizerCalls: number;
  /** Requests a second of the busiest user. */
  readonly busiest: number;
}

/** Plays the traffic through API Gateway's authorizer cache, whose entries end by the clock however often they are used. */
export function simulate(traffic: Traffic, random: () => number = makeRandom(1)): Outcome {
  const rates = ratesOf(traffic);
  let requests = 0;
  let authorizerCalls = 0;
  for (const rate of rates) {
    // The times of one user's requests are independent of all others', so each user is played alone.
    const tokenBegins = random() * traffic.tokenS;
    let cachedUntil = -1;
    let cachedToken = -1;
    for (let at = wait(rate, random); at < traffic.seconds; at += wait(rate, random)) {
      const token = Math.floor((at + tokenBegins) / traffic.tokenS);
      requests++;
      if (at < cachedUntil && token === cachedToken) continue;
      authorizerCalls++;
      cachedUntil = at + traffic.ttlS;
      cachedToken = token;
    }
  }
  return { requests, authorizerCalls, busiest: rates[0] ?? 0 };
}

/** Requests a second by user, the busiest first. */
function ratesOf({ users, perSecond, skew }: Traffic): number[] {
  const weights = Array.from({ length: users }, (_, index) => 1 / (index + 1) ** skew);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (perSecond * weight) / sum);
}

/** Seconds to the next request of somebody who calls `rate` times a second at random. */
function wait(rate: number, random: () => number): number {
  return -Math.log(1 - random()) / rate;
}

/** Numbers in [0, 1) that are the same on every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
