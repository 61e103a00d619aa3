/** Results by key, each until its own time, at most `maximum` of them: the oldest goes first. */
export interface ResultCache<Result> {
  readonly find: (key: string) => Result | undefined;
  /** @param ttlMs 0 keeps nothing. */
  readonly keep: (key: string, result: Result, ttlMs: number) => void;
  /** @returns how many results were dropped. */
  readonly flush: () => number;
}

interface Entry<Result> {
  readonly result: Result;
  readonly untilMs: number;
}

/** GW-502, GW-503. Keys hold tokens, so the cache stays in memory and is never printed. */
export function makeResultCache<Result>(options: {
  readonly maximum: number;
  readonly now: () => number;
}): ResultCache<Result> {
  const entries = new Map<string, Entry<Result>>();
  return {
    find(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.untilMs > options.now()) return entry.result;
      entries.delete(key);
      return undefined;
    },
    keep(key, result, ttlMs) {
      if (ttlMs <= 0) return;
      entries.delete(key);
      entries.set(key, { result, untilMs: options.now() + ttlMs });
      if (entries.size > options.maximum) dropOldest(entries);
    },
    flush() {
      const count = entries.size;
      entries.clear();
      return count;
    },
  };
}

function dropOldest(entries: Map<string, unknown>): void {
  const oldest = entries.keys().next();
  if (!oldest.done) entries.delete(oldest.value);
}
