import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Kind, startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import {
  IDEMPOTENCY_KEY_LIFETIME_S,
  type RecordQuery,
  type RecordStore,
} from '../functions/domain/record-store.ts';
import type { Task, TaskFields } from '../functions/domain/task.ts';

const NOW_MS = Date.parse('2026-03-01T09:00:00Z');
const LATER_MS = NOW_MS + 60_000;
const FIELDS: TaskFields = { title: 'Buy milk', description: '', completed: false, order: null, dueAt: null };
const newId = makeNewId(() => NOW_MS, randomBytes);
const inTime = { outOfTime: () => false, signal: new AbortController().signal };

export function sampleTask(fields: Partial<TaskFields> = {}, ownerId = 'ann'): Task {
  return startRecord({ ...FIELDS, ...fields }, { id: newId(), ownerId, nowMs: NOW_MS });
}

const query = (changes: Partial<RecordQuery> = {}): RecordQuery => ({
  ownerId: 'ann',
  filter: undefined,
  newestFirst: false,
  after: undefined,
  limit: 50,
  ...changes,
});

/** The promises of the port. Every implementation runs them. */
export function describeStore(
  name: string,
  kind: Kind<TaskFields>,
  makeStore: () => Promise<RecordStore<TaskFields>>,
): void {
  describe(`${name} keeps the promises of a store`, () => {
    let store: RecordStore<TaskFields>;
    const addAll = async (tasks: readonly Task[]) => {
      for (const task of tasks) await store.add(task);
      return tasks;
    };
    const update = (task: Task, changes: Partial<TaskFields>, expected: 'any' | number[] = 'any') =>
      store.update(task, { changes, expected, nowMs: LATER_MS });

    beforeEach(async () => {
      store = await makeStore();
    });

    it('finds a task exactly as it was added', async () => {
      const task = sampleTask({
        title: 'Žluťoučký 🐎',
        description: '\u0000\n"quoted"',
        completed: true,
        order: Number.MIN_SAFE_INTEGER,
        dueAt: '2026-03-01T09:00:00.000Z',
      });
      await store.add(task);
      expect(await store.find(task)).toEqual(task);
    });

    it('finds nothing under another owner, and nothing that was never added', async () => {
      const [task] = await addAll([sampleTask()]);
      expect(await store.find({ ownerId: 'bob', id: task?.id ?? '' })).toBeUndefined();
      expect(await store.find(sampleTask())).toBeUndefined();
    });

    it('lists the tasks of one owner in the order of creation, or the other way round', async () => {
      const tasks = await addAll([sampleTask(), sampleTask(), sampleTask()]);
      await store.add(sampleTask({}, 'bob'));
      expect(await store.list(query())).toEqual({ records: tasks, more: false });
      expect((await store.list(query({ newestFirst: true }))).records).toEqual(tasks.toReversed());
    });

    it('lists only completed or only open tasks, as they are now', async () => {
      const [one, two] = await addAll([sampleTask({ completed: true }), sampleTask()]);
      if (!one || !two) throw new Error('unreachable');
      expect((await store.list(query({ filter: true }))).records).toEqual([one]);
      expect((await store.list(query({ filter: false }))).records).toEqual([two]);
      await update(one, { completed: false });
      await update(two, { completed: true });
      expect((await store.list(query({ filter: true }))).records.map(({ id }) => id)).toEqual([two.id]);
      expect((await store.list(query({ filter: false }))).records.map(({ id }) => id)).toEqual([one.id]);
    });

    it.each([
      ['all', { filter: undefined, newestFirst: false }],
      ['all, newest first', { filter: undefined, newestFirst: true }],
      ['open ones', { filter: false, newestFirst: false }],
      ['open ones, newest first', { filter: false, newestFirst: true }],
    ])('pages through %s and says when there is no more', async (_name, list) => {
      const tasks = await addAll(Array.from({ length: 5 }, () => sampleTask()));
      const seen: string[] = [];
      let more = true;
      for (let after: string | undefined; more; after = seen.at(-1)) {
        const page = await store.list(query({ ...list, after, limit: 2 }));
        seen.push(...page.records.map(({ id }) => id));
        more = page.more;
      }
      const ids = tasks.map(({ id }) => id);
      expect(seen).toEqual(list.newestFirst ? ids.toReversed() : ids);
    });

    it('does not announce another page when the last one is exactly full', async () => {
      await addAll([sampleTask(), sampleTask()]);
      expect((await store.list(query({ limit: 2 }))).more).toBe(false);
    });

    it('goes on after a task that has been removed since', async () => {
      const [one, two, three] = await addAll([sampleTask(), sampleTask(), sampleTask()]);
      if (!one || !two || !three) throw new Error('unreachable');
      await store.remove(two, 'any');
      expect((await store.list(query({ after: two.id }))).records).toEqual([three]);
    });

    it('updates the given fields, the time and the version, and nothing else', async () => {
      const task = sampleTask({ order: 3, dueAt: '2026-03-01T09:00:00.000Z' });
      await store.add(task);
      const expected = {
        ...task,
        title: 'New',
        order: null,
        version: 2,
        updatedAt: '2026-03-01T09:01:00.000Z',
      };
      expect(await update(task, { title: 'New', order: null })).toEqual(expected);
      expect(await store.find(task)).toEqual(expected);
    });

    it('answers an update of nothing with the task as it is', async () => {
      const task = sampleTask();
      await store.add(task);
      expect(await update(task, {})).toEqual(task);
      expect(await update(task, {}, [1])).toEqual(task);
      await expect(update(task, {}, [2])).rejects.toMatchObject({ code: 'stale_version' });
    });

    it.each<[string, 'any' | number[]]>([
      ['whatever its version', 'any'],
      ['in a certain version', [1]],
      ['in none of no versions', []],
    ])('refuses to update or remove a missing task %s, and creates nothing', async (_name, expected) => {
      const missing = sampleTask();
      const notFound = { code: `${kind.name}_not_found` };
      await expect(update(missing, { title: 'New' }, expected)).rejects.toMatchObject(notFound);
      await expect(update(missing, {}, expected)).rejects.toMatchObject(notFound);
      await expect(store.remove(missing, expected)).rejects.toMatchObject(notFound);
      expect(await store.find(missing)).toBeUndefined();
    });

    it("treats another owner's task as missing", async () => {
      const task = sampleTask();
      await store.add(task);
      const foreign = { ...task, ownerId: 'bob' };
      await expect(update(foreign, { title: 'Mine' })).rejects.toMatchObject({
        code: `${kind.name}_not_found`,
      });
      await expect(store.remove(foreign, 'any')).rejects.toMatchObject({ code: `${kind.name}_not_found` });
      expect(await store.find(task)).toEqual(task);
    });

    it.each<[string, number[]]>([
      ['another version', [2]],
      ['several others', [3, 4, 5]],
      ['no version at all', []],
    ])('refuses a change based on %s as stale, and changes nothing', async (_name, expected) => {
      const task = sampleTask();
      await store.add(task);
      await expect(update(task, { title: 'New' }, expected)).rejects.toMatchObject({ code: 'stale_version' });
      await expect(store.remove(task, expected)).rejects.toMatchObject({ code: 'stale_version' });
      expect(await store.find(task)).toEqual(task);
    });

    it('changes a task that is in one of the expected versions', async () => {
      const task = sampleTask();
      await store.add(task);
      expect(await update(task, { title: 'New' }, [7, 1])).toMatchObject({ version: 2 });
      await store.remove(task, [1, 2]);
      expect(await store.find(task)).toBeUndefined();
    });

    it('keeps both of two updates of different fields made at once', async () => {
      const task = sampleTask();
      await store.add(task);
      await Promise.all([
        update(task, { title: 'New' }),
        update(task, { completed: true }),
        update(task, { order: 7 }),
      ]);
      expect(await store.find(task)).toMatchObject({ title: 'New', completed: true, order: 7, version: 4 });
    });

    it('lets exactly one of many simultaneous updates of one version succeed', async () => {
      const task = sampleTask({ order: 0 });
      await store.add(task);
      for (let version = 1; version <= 3; version++) {
        const attempts = Array.from({ length: 10 }, (_, order) => update(task, { order }, [version]));
        const outcomes = await Promise.allSettled(attempts);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
      expect(await store.find(task)).toMatchObject({ version: 4 });
    });

    describe('with an idempotency key', () => {
      const addOnce = (task: Task, key = 'key', nowMs = NOW_MS) => store.addOnce(task, { key, nowMs });
      const listed = async (ownerId = 'ann') => (await store.list(query({ ownerId }))).records;

      it('adds one task, and returns the first one when the call is repeated', async () => {
        const [first, second] = [sampleTask(), sampleTask()];
        expect(await addOnce(first)).toEqual({ record: first, replayed: false });
        expect(await addOnce(second)).toEqual({ record: first, replayed: true });
        expect(await listed()).toEqual([first]);
        expect((await store.list(query({ filter: false }))).records).toEqual([first]);
      });

      it('gives back the task as it was added, although it has changed since', async () => {
        const first = sampleTask();
        await addOnce(first);
        await update(first, { title: 'Changed' });
        expect(await addOnce(sampleTask())).toEqual({ record: first, replayed: true });
        expect(await listed()).toMatchObject([{ title: 'Changed' }]);
      });

      it.each([
        ['one by one', (task: Task) => store.remove(task, 'any')],
        ['with all others', () => store.removeAll('ann', { onlyFiltered: false, ...inTime })],
      ])('does not bring back a task that was deleted %s', async (_name, remove) => {
        const first = sampleTask();
        await addOnce(first);
        await remove(first);
        expect(await addOnce(sampleTask())).toEqual({ record: first, replayed: true });
        expect(await listed()).toEqual([]);
      });

      it.each<[string, Partial<TaskFields>]>([
        ['title', { title: 'Other' }],
        ['description', { description: 'Other' }],
        ['completion', { completed: true }],
        ['order', { order: 0 }],
        ['due date', { dueAt: '2026-03-01T09:00:00.000Z' }],
      ])('refuses the key of a task with another %s', async (_name, fields) => {
        const first = sampleTask();
        await addOnce(first);
        await expect(addOnce(sampleTask(fields))).rejects.toMatchObject({ code: 'idempotency_key_reused' });
        expect(await listed()).toEqual([first]);
      });

      it('keeps the keys of owners apart, and the keys of one owner', async () => {
        const tasks = [sampleTask(), sampleTask()];
        await addOnce(tasks[0] as Task, 'key');
        await addOnce(tasks[1] as Task, 'KEY');
        const bobs = sampleTask({ title: 'Other' }, 'bob');
        expect(await addOnce(bobs)).toEqual({ record: bobs, replayed: false });
        expect(await listed()).toEqual(tasks);
        expect(await listed('bob')).toEqual([bobs]);
      });

      it('forgets a key after a day', async () => {
        const [first, early, late] = [sampleTask(), sampleTask(), sampleTask()];
        await addOnce(first);
        const dayMs = IDEMPOTENCY_KEY_LIFETIME_S * 1000;
        expect((await addOnce(early, 'key', NOW_MS + dayMs - 1000)).replayed).toBe(true);
        expect(await addOnce(late, 'key', NOW_MS + dayMs)).toEqual({ record: late, replayed: false });
        expect(await listed()).toEqual([first, late]);
      });

      it('adds one task when 20 calls come at once, and gives it to all of them', async () => {
        const outcomes = await Promise.all(Array.from({ length: 20 }, () => addOnce(sampleTask())));
        const [task] = await listed();
        expect(outcomes.map((outcome) => outcome.record)).toEqual(outcomes.map(() => task));
        expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
        expect(await listed()).toHaveLength(1);
      });

      it('remembers a key of 255 characters', async () => {
        const key = '~'.repeat(255);
        await addOnce(sampleTask(), key);
        expect((await addOnce(sampleTask(), key)).replayed).toBe(true);
      });
    });

    it("removes all of one owner's tasks and counts them", async () => {
      await addAll(Array.from({ length: 60 }, () => sampleTask()));
      const others = sampleTask({}, 'bob');
      await store.add(others);
      expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
        removed: 60,
        finished: true,
      });
      expect((await store.list(query())).records).toEqual([]);
      expect(await store.find(others)).toEqual(others);
    });

    it('removes only completed tasks when asked to', async () => {
      const [open] = await addAll([
        sampleTask(),
        sampleTask({ completed: true }),
        sampleTask({ completed: true }),
      ]);
      expect(await store.removeAll('ann', { onlyFiltered: true, ...inTime })).toEqual({
        removed: 2,
        finished: true,
      });
      expect((await store.list(query())).records).toEqual([open]);
    });

    it('keeps tasks that are added while it removes', async () => {
      await addAll(Array.from({ length: 60 }, () => sampleTask()));
      const late: Task[] = [];
      const adding: Promise<void>[] = [];
      const outOfTime = () => {
        const task = sampleTask();
        // The first question comes before anything is read.
        if (adding.length > 0) late.push(task);
        adding.push(adding.length > 0 ? store.add(task) : Promise.resolve());
        return false;
      };
      const removal = { ...inTime, onlyFiltered: false, outOfTime };
      expect(await store.removeAll('ann', removal)).toEqual({ removed: 60, finished: true });
      await Promise.all(adding);
      expect(late.length).toBeGreaterThan(0);
      const left = (await store.list(query({ limit: 100 }))).records;
      expect(left.map(({ id }) => id)).toEqual(late.map(({ id }) => id));
    });

    it('does not go on when it is stopped', async () => {
      await addAll([sampleTask(), sampleTask()]);
      const signal = AbortSignal.abort();
      await expect(store.removeAll('ann', { ...inTime, onlyFiltered: false, signal })).rejects.toThrow();
      expect((await store.list(query())).records).toHaveLength(2);
    });

    it('removes nothing from an owner without tasks', async () => {
      expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
        removed: 0,
        finished: true,
      });
    });

    it('stops removing when it is out of time, and says so', async () => {
      await addAll([sampleTask(), sampleTask({ completed: true })]);
      const outOfTime = () => true;
      for (const onlyFiltered of [true, false]) {
        expect(await store.removeAll('ann', { ...inTime, onlyFiltered, outOfTime })).toEqual({
          removed: 0,
          finished: false,
        });
      }
    });
  });
}
