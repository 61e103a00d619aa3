import { describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/verdicts.ts';
import { PREFETCH_WAIT_MS, startPrefetch } from './prefetch.ts';

const TIMEOUT_MS = 2000;

/** A prefetch that ends when the test says so. */
function setup() {
  const clock = { nowMs: 1_800_000_000_000 };
  const { promise: load, resolve: succeed, reject } = Promise.withResolvers<void>();
  const wait = startPrefetch({ load: () => load, timeoutMs: TIMEOUT_MS, now: () => clock.nowMs });
  return { clock, wait, succeed, fail: () => reject(new Error('down')) };
}

describe('startPrefetch', () => {
  it('is waited for until it is done', async () => {
    const { wait, succeed } = setup();
    const waiting = wait();
    expect(waiting).toBeInstanceOf(Promise);
    succeed();
    await waiting;
    expect(wait()).toBeUndefined();
  });

  it('that fails is forgotten, whether a request waits for it or none does', async () => {
    const { wait, fail } = setup();
    const waiting = wait();
    fail();
    expect(await codeOf(() => waiting)).toBe('allow');
    expect(wait()).toBeUndefined();
  });

  it('that fails after a long wait is not followed by another wait', async () => {
    for (const [waitedMs, outcome] of [
      [PREFETCH_WAIT_MS - 1, 'allow'],
      [PREFETCH_WAIT_MS, 'unavailable'],
    ] as const) {
      const { clock, wait, fail } = setup();
      clock.nowMs += 1000;
      const waiting = wait();
      clock.nowMs += waitedMs;
      fail();
      expect(await codeOf(() => waiting)).toBe(outcome);
    }
  });

  it('that succeeds after a long wait is taken', async () => {
    const { clock, wait, succeed } = setup();
    const waiting = wait();
    clock.nowMs += PREFETCH_WAIT_MS;
    succeed();
    expect(await codeOf(() => waiting)).toBe('allow');
  });

  it('is not waited for when the process was frozen in the middle of it', () => {
    const { clock, wait } = setup();
    clock.nowMs += TIMEOUT_MS;
    expect(wait()).toBeInstanceOf(Promise);
    clock.nowMs += 1;
    expect(wait()).toBeUndefined();
  });
});
