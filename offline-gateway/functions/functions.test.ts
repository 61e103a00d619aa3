import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Serverless } from '../framework.ts';
import { makeFunctions } from './functions.ts';

afterEach(() => {
  jest.useRealTimers();
});

/** A stand-in for `serverless-offline/lambda` whose functions end when the test says so. */
function setup(options: { readonly noTimeout?: boolean } = {}) {
  const reported: string[] = [];
  jest.useFakeTimers();
  const pools: { cleanedUp: boolean; stopped: number; readonly end: ((value: unknown) => void)[] }[] = [];
  class Lambda {
    readonly pool = { cleanedUp: false, stopped: 0, end: [] as ((value: unknown) => void)[] };
    constructor() {
      pools.push(this.pool);
    }
    create() {}
    get() {
      const { pool } = this;
      return {
        setEvent: () => undefined,
        runHandler: () => new Promise((resolve) => pool.end.push(resolve)),
        cleanup: async () => {
          pool.stopped += 1;
        },
      };
    }
    async cleanup() {
      this.pool.cleanedUp = true;
    }
  }
  const service: Serverless['service'] = {
    service: 'test',
    provider: {},
    getAllFunctions: () => ['slow'],
    getFunction: () => ({ timeout: 10 }),
  };
  const functions = makeFunctions({
    Lambda,
    serverless: { serviceDir: '/', service },
    options,
    report: (text) => reported.push(text),
  });
  return { functions, pools, reported };
}

describe('a function', () => {
  it('that has ended leaves no timer behind', async () => {
    const { functions, pools } = setup();
    const timers = jest.getTimerCount();
    const running = functions.invoke('slow', {}, 29_000);
    pools[0]?.end[0]?.({ statusCode: 200 });
    expect(await running).toEqual({ returned: { statusCode: 200 } });
    expect(jest.getTimerCount()).toBe(timers);
  });

  it('at its own timeout has failed, is stopped, and is named', async () => {
    const { functions, pools, reported } = setup();
    const running = functions.invoke('slow', {}, 29_000);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await running).toEqual({ failed: new Error('Task timed out after 10.00 seconds') });
    expect(pools[0]?.stopped).toBe(1);
    expect(reported).toEqual([
      'the function slow timed out after 10.00 seconds, and its instance is discarded.',
    ]);
  });

  it('goes on when its caller has waited long enough', async () => {
    const { functions, pools } = setup();
    const running = functions.invoke('slow', {}, 1_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await running).toBe('limit');
    expect(pools[0]?.stopped).toBe(0);
  });

  it('has no timeout of its own with --noTimeout', async () => {
    const { functions, pools } = setup({ noTimeout: true });
    const running = functions.invoke('slow', {}, Number.POSITIVE_INFINITY);
    await jest.advanceTimersByTimeAsync(3_600_000);
    pools[0]?.end[0]?.('late');
    expect(await running).toEqual({ returned: 'late' });
  });
});

describe('a reload', () => {
  it('lets calls under way finish in the old functions, and then puts those away', async () => {
    const { functions, pools } = setup();
    const running = functions.invoke('slow', {}, 29_000);
    functions.reload();
    void functions.invoke('slow', {}, 29_000);
    expect(pools).toHaveLength(2);
    expect(pools[0]?.cleanedUp).toBe(false);
    pools[0]?.end[0]?.('old');
    expect(await running).toEqual({ returned: 'old' });
    expect(pools[0]?.cleanedUp).toBe(true);
    expect(pools[1]?.cleanedUp).toBe(false);
  });
});
