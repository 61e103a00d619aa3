import { KeysUnavailable } from './rejections.ts';

/** A request that waited this long for a prefetch that failed does not wait for another fetch. */
export const PREFETCH_WAIT_MS = 500;

export interface PrefetchOptions {
  /** Loads and keeps the set. A rejection means that the issuer is down; it is forgotten. */
  readonly load: () => Promise<void>;
  /** The time after which a prefetch is given up. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Waits for the prefetch while it is under way. Undefined once there is nothing to wait for.
 *
 * @throws {KeysUnavailable} when it failed after a wait so long that another one could outlast the function.
 */
export type WaitForPrefetch = () => Promise<void> | undefined;

/**
 * Starts to load a set before a request needs it. Whether it succeeds or not, requests go on as if they were the first.
 *
 * Lambda freezes a function that has started and has no request yet. The connection of a prefetch may be dead when it
 * goes on, so a prefetch that is older than its timeout is not waited for.
 */
export function startPrefetch({ load, timeoutMs, now }: PrefetchOptions): WaitForPrefetch {
  const startedAt = now();
  let outcome: Promise<'loaded' | 'failed'> | undefined = load()
    .then(
      () => 'loaded' as const,
      () => 'failed' as const,
    )
    .finally(() => {
      outcome = undefined;
    });
  const wait = async (pending: Promise<'loaded' | 'failed'>) => {
    const waitsSince = now();
    if ((await pending) === 'failed' && now() - waitsSince >= PREFETCH_WAIT_MS) throw new KeysUnavailable();
  };
  return () => (outcome && now() - startedAt <= timeoutMs ? wait(outcome) : undefined);
}
