import { startPrefetch } from './prefetch.ts';
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
  /** Loads the set at once and gives up after so long; without it, the first token that needs a key loads it. */
  readonly prefetchWithinMs?: number | undefined;
}

/**
 * Finds the key of an id that fits, which means that the signature of the token is by this key.
 *
 * @throws {Rejection} unknown_key, or bad_signature when the key does not fit.
 * @throws {KeysUnavailable} when only the issuer could tell and it is down.
 */
export type FindKey<Key> = (id: string, fits: (key: Key) => Promise<boolean>) => Promise<Key>;

interface LoadedKeys<Key> {
  readonly keys: ReadonlyMap<string, Key>;
  /** When its fetch began: Lambda may freeze the process between question and answer. */
  readonly loadedAt: number;
}

/**
 * Keys of one issuer, kept across invocations.
 *
 * One fetch at a time, shared by all requests that wait. An unknown id, and a key that does not fit, ask the issuer
 * again at most once per cool-down, for any number of such tokens. Until then they are refused without being cached,
 * since the issuer may have a new key, also under an id that was used before. A token that came after the
 * fetch had begun is treated in the same way. A set that is no longer fresh is confirmed first. When the issuer does not
 * answer, the set stays in use, up to `maxStaleMs`.
 */
export function makeKeyCache<Key>(options: KeyCacheOptions<Key>): FindKey<Key> {
  const { load, maxStaleMs, now, prefetchWithinMs } = options;
  let loaded: LoadedKeys<Key> | undefined;
  let loading: Promise<boolean> | undefined;
  let failures = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;

  const loadSet = async (): Promise<LoadedKeys<Key>> => {
    const loadedAt = now();
    return { keys: await load(), loadedAt };
  };

  /** True when the set was loaded; false when the issuer is down. */
  const refresh = (): Promise<boolean> => {
    loading ??= loadSet()
      .then(
        (set) => {
          loaded = set;
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

  const prefetch = async () => {
    const set = await loadSet();
    loaded ??= set;
  };
  const waitForPrefetch =
    prefetchWithinMs === undefined
      ? undefined
      : startPrefetch({ load: prefetch, timeoutMs: prefetchWithinMs, now });

  const isBackingOff = () => failures > 0 && now() - failedAt < retryAfterMs();
  const retryAfterMs = () =>
    loaded ? COOL_DOWN_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), COOL_DOWN_MS);
  const isCoolingDown = () => now() - missedAt < COOL_DOWN_MS;
  const ageMs = () => (loaded ? now() - loaded.loadedAt : Number.POSITIVE_INFINITY);
  const usableKey = (id: string) =>
    ageMs() <= Math.max(FRESH_MS, maxStaleMs) ? loaded?.keys.get(id) : undefined;

  return async (id, fits) => {
    const pending = waitForPrefetch?.();
    if (pending) await pending;
    if (ageMs() <= FRESH_MS) {
      const known = usableKey(id);
      if (known && (await fits(known))) return known;
      // Meanwhile another request may have loaded a new key of this id.
      const newer = usableKey(id);
      if (newer && newer !== known && (await fits(newer))) return newer;
      if (isCoolingDown() || (newer && isBackingOff()))
        throw new Rejection(newer ? 'bad_signature' : 'unknown_key', { cacheable: false });
    }
    const isUnderWay = loading !== undefined;
    const isConfirmed = !isBackingOff() && (await refresh());
    const key = usableKey(id);
    if (!key && !isConfirmed) throw new KeysUnavailable();
    const missedBefore = missedAt;
    // Before the key is tried, so that requests that arrive meanwhile do not start another fetch.
    if (isConfirmed) missedAt = now();
    if (!key) throw new Rejection('unknown_key', { cacheable: !isUnderWay });
    if (!(await fits(key))) throw new Rejection('bad_signature', { cacheable: isConfirmed && !isUnderWay });
    missedAt = missedBefore;
    return key;
  };
}
