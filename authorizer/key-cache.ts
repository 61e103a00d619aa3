import { KeysUnavailable, Rejection } from './rejections.ts';

/** How long a loaded set is used without asking again, so that a withdrawn key stops working. */
export const FRESH_MS = 10 * 60_000;
/** At least this long between two fetches for a key that is not in the set, and after a failed fetch. */
export const COOL_DOWN_MS = 30_000;
/** With no key at all nothing can be verified, so the first retries come sooner; each waits twice as long. */
export const FIRST_RETRY_MS = 1000;

export interface KeyCacheOptions<Key> {
  /** Gets the whole set anew; a rejection means the issuer is down for us. */
  readonly load: () => Promise<ReadonlyMap<string, Key>>;
  /** How long keys stay usable while the issuer is down, in milliseconds since they were last confirmed. */
  readonly maxStaleMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** @throws {Rejection} unknown_key. @throws {KeysUnavailable} when only the issuer could tell and it is down. */
export type FindKey<Key> = (id: string) => Promise<Key>;

interface LoadedKeys<Key> {
  readonly keys: ReadonlyMap<string, Key>;
  readonly loadedAt: number;
}

/**
 * Keys of one issuer, kept across invocations.
 *
 * One fetch at a time, shared by everyone who waits. An unknown id asks the issuer again at most once per cool-down,
 * however many unknown ids arrive; until then it is refused without being cached, since it may be new. So is one that
 * was not in a set whose fetch had begun before it was asked for. A set that is no longer fresh is confirmed first and
 * used all the same, up to `maxStaleMs`, when the issuer does not answer.
 */
export function makeKeyCache<Key>({ load, maxStaleMs, now }: KeyCacheOptions<Key>): FindKey<Key> {
  let loaded: LoadedKeys<Key> | undefined;
  let loading: Promise<boolean> | undefined;
  let failures = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;

  /** True when the set was loaded; false when the issuer is down. */
  const refresh = (): Promise<boolean> => {
    loading ??= load()
      .then(
        (keys) => {
          loaded = { keys, loadedAt: now() };
          failures = 0;
          return true;
        },
        () => {
          failures += 1;
          failedAt = now();
          return false;
        },
      )
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  const isBackingOff = () => failures > 0 && now() - failedAt < retryAfterMs();
  const retryAfterMs = () =>
    loaded ? COOL_DOWN_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), COOL_DOWN_MS);
  const ageMs = () => (loaded ? now() - loaded.loadedAt : Number.POSITIVE_INFINITY);
  const usableKey = (id: string) =>
    ageMs() <= Math.max(FRESH_MS, maxStaleMs) ? loaded?.keys.get(id) : undefined;

  return async (id) => {
    const isFresh = ageMs() <= FRESH_MS;
    const known = usableKey(id);
    if (isFresh && known) return known;
    if (isFresh && now() - missedAt < COOL_DOWN_MS) throw new Rejection('unknown_key', { cacheable: false });
    const isUnderWay = loading !== undefined;
    const isConfirmed = !isBackingOff() && (await refresh());
    const key = usableKey(id);
    if (key) return key;
    if (!isConfirmed) throw new KeysUnavailable();
    missedAt = now();
    throw new Rejection('unknown_key', { cacheable: !isUnderWay });
  };
}
