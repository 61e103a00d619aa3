import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/verdicts.ts';
import { COOL_DOWN_MS, FIRST_RETRY_MS, FRESH_MS, makeKeyCache } from './key-cache.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_800_000_000_000;

/** An issuer, a clock and the cache between them; keys are their own ids, with the issuer's generation before them. */
function setup({ maxStaleMs = 24 * HOUR_MS, keys = ['old'], ...options }: SetupOptions = {}) {
  const world = {
    nowMs: START_MS,
    keys,
    generation: 1,
    isDown: options.isDown ?? false,
    loads: 0,
    loadMs: 0,
  };
  const load = async () => {
    world.loads += 1;
    const published = new Map(world.keys.map((id) => [id, `${world.generation} ${id}`]));
    await Promise.resolve();
    world.nowMs += world.loadMs;
    if (world.isDown) throw new Error('down');
    return published;
  };
  const cache = makeKeyCache({
    load,
    maxStaleMs,
    now: () => world.nowMs,
    prefetchWithinMs: options.prefetchWithinMs,
  });
  const findKey = (id: string, generation = 1) =>
    cache(id, async (key) => {
      await new Promise(setImmediate);
      return key === `${generation} ${id}`;
    });
  const ask = (id: string, generation?: number) => codeOf(findKey(id, generation));
  const pass = (ms: number) => {
    world.nowMs += ms;
  };
  return { world, findKey, ask, pass };
}

interface SetupOptions {
  readonly maxStaleMs?: number;
  readonly keys?: string[];
  readonly prefetchWithinMs?: number;
  readonly isDown?: boolean;
}

describe('makeKeyCache', () => {
  let world: ReturnType<typeof setup>['world'];
  let findKey: ReturnType<typeof setup>['findKey'];
  let ask: ReturnType<typeof setup>['ask'];
  let pass: ReturnType<typeof setup>['pass'];
  beforeEach(() => {
    ({ world, findKey, ask, pass } = setup());
  });

  it('loads nothing before it is asked, then once for many', async () => {
    expect(world.loads).toBe(0);
    expect(await findKey('old')).toBe('1 old');
    for (let times = 0; times < 100; times += 1) expect(await ask('old')).toBe('allow');
    expect(world.loads).toBe(1);
  });

  it('waits for one fetch when many ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask('old')));
    expect(new Set(answers)).toEqual(new Set(['allow']));
    expect(world.loads).toBe(1);
  });

  it('has the documented times', () => {
    expect({ FRESH_MS, COOL_DOWN_MS, FIRST_RETRY_MS }).toEqual({
      FRESH_MS: 600_000,
      COOL_DOWN_MS: 30_000,
      FIRST_RETRY_MS: 1000,
    });
  });

  describe('an unknown id', () => {
    it('is refused for good by a set that was fetched for it', async () => {
      expect(await ask('x')).toBe('unknown_key');
      expect(world.loads).toBe(1);
    });

    it('asks the issuer again although the set is fresh', async () => {
      await ask('old');
      expect(await ask('x')).toBe('unknown_key');
      expect(world.loads).toBe(2);
    });

    it('is refused without a fetch, and without being cached, during the cool-down', async () => {
      await ask('x');
      pass(COOL_DOWN_MS - 1);
      expect(await ask('y')).toBe('~unknown_key');
      expect(world.loads).toBe(1);
      pass(1);
      expect(await ask('y')).toBe('unknown_key');
      expect(world.loads).toBe(2);
    });

    it('costs one fetch per cool-down however many arrive, one after the other or at once', async () => {
      await ask('old');
      const before = world.loads;
      for (let second = 0; second < 300; second += 1) {
        await Promise.all(Array.from({ length: 20 }, (_, at) => ask(`random-${second}-${at}`)));
        pass(1000);
      }
      expect(world.loads - before).toBe(10);
    });

    it('is not refused for good when the set was already on its way', async () => {
      const [first, second] = await Promise.all([ask('x'), ask('y')]);
      expect([first, second]).toEqual(['unknown_key', '~unknown_key']);
    });

    it('does not keep a known key from being found', async () => {
      await ask('x');
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(1);
    });
  });

  describe('rotation', () => {
    it('accepts the new key at once and the old one as long as it is published', async () => {
      await ask('old');
      world.keys = ['old', 'new'];
      expect(await ask('new')).toBe('allow');
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(2);
    });

    it('accepts several rotations in a row without waiting', async () => {
      for (const id of ['a', 'b', 'c', 'd']) {
        world.keys = [...world.keys, id];
        expect(await ask(id)).toBe('allow');
      }
    });

    it('never caches the refusal of a new key that a flood of random ids delays', async () => {
      await ask('random');
      world.keys = ['old', 'new'];
      pass(1000);
      expect(await ask('new')).toBe('~unknown_key');
      pass(COOL_DOWN_MS);
      expect(await ask('new')).toBe('allow');
    });

    it('stops accepting a withdrawn key when the set is no longer fresh', async () => {
      await ask('old');
      world.keys = ['new'];
      pass(FRESH_MS);
      expect(await ask('old')).toBe('allow');
      pass(1);
      expect(await ask('old')).toBe('unknown_key');
      expect(world.loads).toBe(2);
    });

    it('confirms a set once it is no longer fresh, and is fresh again', async () => {
      await ask('old');
      pass(FRESH_MS + 1);
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(2);
      pass(FRESH_MS);
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(2);
    });
  });

  describe('a key that does not fit', () => {
    it('asks the issuer again although the set is fresh, and is tried once more', async () => {
      await ask('old');
      world.generation = 2;
      expect(await ask('old', 2)).toBe('allow');
      expect(world.loads).toBe(2);
    });

    it('is refused for good when the issuer confirms it', async () => {
      await ask('old');
      expect(await ask('old', 9)).toBe('bad_signature');
      expect(world.loads).toBe(2);
    });

    it('is refused for good by a set that was fetched for it', async () => {
      expect(await ask('old', 9)).toBe('bad_signature');
      expect(world.loads).toBe(1);
    });

    it('shares the cool-down of unknown ids, and is not cached during it', async () => {
      await ask('old');
      await ask('x');
      world.generation = 2;
      expect(await ask('old', 2)).toBe('~bad_signature');
      pass(COOL_DOWN_MS - 1);
      expect(await ask('old', 9)).toBe('~bad_signature');
      expect(world.loads).toBe(2);
      pass(1);
      expect(await ask('old', 2)).toBe('allow');
      expect(await ask('old', 1)).toBe('bad_signature');
      expect(world.loads).toBe(4);
      expect(await ask('x')).toBe('~unknown_key');
      expect(world.loads).toBe(4);
    });

    it('costs one fetch per cool-down however many arrive, one after the other or at once', async () => {
      await ask('old');
      const before = world.loads;
      for (let second = 0; second < 300; second += 1) {
        await Promise.all(Array.from({ length: 20 }, () => ask('old', 9)));
        pass(1000);
      }
      expect(world.loads - before).toBe(10);
    });

    it('costs one fetch when a second token arrives while the new key is tried', async () => {
      await ask('old');
      const first = ask('old', 9);
      while (world.loads < 2) await new Promise(setImmediate);
      const second = ask('old', 9);
      expect(await Promise.all([first, second])).toEqual(['bad_signature', '~bad_signature']);
      expect(world.loads).toBe(2);
    });

    it('accepts all tokens of the new key that arrive together', async () => {
      await ask('old');
      world.generation = 2;
      const first = Array.from({ length: 10 }, () => ask('old', 2));
      await new Promise(setImmediate);
      const second = Array.from({ length: 10 }, () => ask('old', 2));
      expect(new Set(await Promise.all([...first, ...second]))).toEqual(new Set(['allow']));
      expect(world.loads).toBe(2);
    });

    it('leaves the cool-down to others when the new key fits', async () => {
      await ask('old');
      world.generation = 2;
      await ask('old', 2);
      world.keys = ['old', 'new'];
      expect(await ask('new', 2)).toBe('allow');
    });

    it('is refused, and not cached, while the issuer is down: a forged token is no outage', async () => {
      await ask('old');
      world.isDown = true;
      expect(await ask('old', 9)).toBe('~bad_signature');
      expect(world.loads).toBe(2);
      pass(COOL_DOWN_MS - 1);
      expect(await ask('old', 9)).toBe('~bad_signature');
      expect(world.loads).toBe(2);
      world.isDown = false;
      world.generation = 2;
      pass(1);
      expect(await ask('old', 2)).toBe('allow');
    });

    it('is refused, and not cached, by keys that the issuer could not confirm', async () => {
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS + 1);
      expect(await ask('old', 9)).toBe('~bad_signature');
      expect(await ask('old')).toBe('allow');
    });

    it('starts no cool-down when the issuer could not confirm the key', async () => {
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS + 1);
      await ask('old');
      pass(COOL_DOWN_MS - 1);
      expect(await ask('old', 9)).toBe('~bad_signature');
      world.isDown = false;
      pass(1);
      await ask('old');
      world.keys = ['old', 'new'];
      expect(await ask('new')).toBe('allow');
    });
  });

  it('counts the age of a set from the moment it was asked for', async () => {
    world.loadMs = FRESH_MS + 1;
    expect(await ask('old')).toBe('allow');
    world.loadMs = 0;
    expect(await ask('old')).toBe('allow');
    expect(world.loads).toBe(2);
  });

  describe('with a prefetch', () => {
    const TIMEOUT_MS = 2000;
    const settle = () => new Promise(setImmediate);
    beforeEach(() => {
      ({ world, ask, pass } = setup({ prefetchWithinMs: TIMEOUT_MS }));
    });

    it('has the keys before it is asked', async () => {
      expect(world.loads).toBe(1);
      await settle();
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(1);
    });

    it('lets requests that come early share the prefetch', async () => {
      // Here and not before the test: between the two the prefetch would end.
      ({ world, ask, pass } = setup({ prefetchWithinMs: TIMEOUT_MS }));
      expect(new Set(await Promise.all([ask('old'), ask('old'), ask('old')]))).toEqual(new Set(['allow']));
      expect(world.loads).toBe(1);
    });

    it('leaves the cool-down to the first unknown id', async () => {
      await settle();
      world.keys = ['old', 'new'];
      expect(await ask('new')).toBe('allow');
      expect(await ask('x')).toBe('unknown_key');
      expect(world.loads).toBe(3);
    });

    it('costs nothing when it fails: the first request asks again at once', async () => {
      ({ world, ask, pass } = setup({ prefetchWithinMs: TIMEOUT_MS, isDown: true }));
      await settle();
      expect(world.loads).toBe(1);
      world.isDown = false;
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(2);
    });

    it('costs nothing when it fails under a request, which then asks itself', async () => {
      ({ world, ask, pass } = setup({ prefetchWithinMs: TIMEOUT_MS, isDown: true }));
      expect(await ask('old')).toBe('unavailable');
      expect(world.loads).toBe(2);
      pass(FIRST_RETRY_MS);
      world.isDown = false;
      expect(await ask('old')).toBe('allow');
      expect(world.loads).toBe(3);
    });

    it('confirms a set that was fetched before the process was frozen', async () => {
      await settle();
      pass(FRESH_MS + 1);
      world.keys = ['new'];
      expect(await ask('old')).toBe('unknown_key');
    });
  });

  describe('while the issuer is down', () => {
    it('says so about an unknown id instead of refusing it', async () => {
      await ask('old');
      world.isDown = true;
      expect(await ask('x')).toBe('unavailable');
      expect(world.loads).toBe(2);
    });

    it('asks again once per cool-down, for any number of callers', async () => {
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS + 1);
      for (let second = 0; second < 300; second += 1) {
        await Promise.all([ask('old'), ask(`random-${second}`)]);
        pass(1000);
      }
      expect(world.loads).toBe(1 + 10);
    });

    it('goes on accepting a known key for the time set, to the millisecond', async () => {
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS + 1);
      expect(await ask('old')).toBe('allow');
      pass(24 * HOUR_MS - FRESH_MS - 1);
      expect(await ask('old')).toBe('allow');
      pass(1);
      expect(await ask('old')).toBe('unavailable');
    });

    it('keeps keys for ten minutes when the time set is 0, because no request is sent sooner', async () => {
      ({ world, ask, pass } = setup({ maxStaleMs: 0 }));
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS);
      expect(await ask('old')).toBe('allow');
      pass(1);
      expect(await ask('old')).toBe('unavailable');
    });

    it('counts the time from the last confirmation, not from the first load', async () => {
      await ask('old');
      pass(20 * HOUR_MS);
      await ask('old');
      world.isDown = true;
      pass(20 * HOUR_MS);
      expect(await ask('old')).toBe('allow');
    });

    it('refuses an unknown id for good as soon as the issuer is back', async () => {
      await ask('old');
      world.isDown = true;
      expect(await ask('x')).toBe('unavailable');
      world.isDown = false;
      pass(COOL_DOWN_MS - 1);
      expect(await ask('x')).toBe('unavailable');
      pass(1);
      expect(await ask('x')).toBe('unknown_key');
    });

    it('waits a whole cool-down again after the next outage', async () => {
      await ask('old');
      for (let outage = 0; outage < 2; outage += 1) {
        world.isDown = true;
        expect(await ask('x')).toBe('unavailable');
        world.isDown = false;
        pass(COOL_DOWN_MS);
        expect(await ask('old')).toBe('allow');
        pass(FRESH_MS + 1);
        expect(await ask('old')).toBe('allow');
      }
    });
  });

  describe('with the issuer down from the start', () => {
    beforeEach(() => {
      world.isDown = true;
    });

    it('retries sooner, each time after twice as long, up to the cool-down', async () => {
      const loadsAt: number[] = [];
      for (let second = 0; second < 150; second += 1) {
        const before = world.loads;
        expect(await ask(`random-${second}`)).toBe('unavailable');
        if (world.loads > before) loadsAt.push(second);
        pass(1000);
      }
      expect(loadsAt).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    });

    it('does not retry before the second is over', async () => {
      await ask('old');
      pass(FIRST_RETRY_MS - 1);
      expect(await ask('old')).toBe('unavailable');
      expect(world.loads).toBe(1);
    });

    it('works as soon as the issuer is back', async () => {
      expect(await ask('old')).toBe('unavailable');
      world.isDown = false;
      pass(FIRST_RETRY_MS);
      expect(await ask('old')).toBe('allow');
      expect(await ask('x')).toBe('unknown_key');
    });

    it('starts over with short waits no more once it has had keys', async () => {
      await ask('old');
      world.isDown = false;
      pass(FIRST_RETRY_MS);
      await ask('old');
      world.isDown = true;
      pass(FRESH_MS + 1);
      const before = world.loads;
      await ask('old');
      pass(COOL_DOWN_MS - 1);
      await ask('old');
      expect(world.loads - before).toBe(1);
    });
  });

  it('does not grow with the ids it is asked for', async () => {
    await ask('old');
    await ask('x');
    const collectGarbage = exposeGarbageCollector();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 50_000; at += 1) await ask(`random-${at}-${'x'.repeat(100)}`);
    collectGarbage();
    // Kept, the ids alone would be more than 5 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000);
  });
});

function exposeGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
