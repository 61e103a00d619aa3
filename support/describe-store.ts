import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type FieldValue, type Kind, type RecordOf, startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import {
  IDEMPOTENCY_KEY_LIFETIME_S,
  type RecordQuery,
  type RecordStore,
} from '../functions/domain/record-store.ts';
import type { AnyFields } from './resources.ts';

const NOW_MS = Date.parse('2026-03-01T09:00:00Z');
const LATER_MS = NOW_MS + 60_000;
const newId = makeNewId(() => NOW_MS, randomBytes);
const inTime = { outOfTime: () => false, signal: new AbortController().signal };

type AnyRecord = RecordOf<AnyFields>;

const query = (changes: Partial<RecordQuery> = {}): RecordQuery => ({
  ownerId: 'ann',
  filter: undefined,
  newestFirst: false,
  after: undefined,
  limit: 50,
  ...changes,
});

/** A value of the same sort where there is one. The store keeps whatever it is given; rules are the kind's. */
function otherValue(value: FieldValue): FieldValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' || value === null ? `${value ?? ''} changed` : [...value, 'changed'];
}

/** A value that is easily damaged on its way. */
function awkwardValue(value: FieldValue): FieldValue {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number' || value === null) return Number.MIN_SAFE_INTEGER;
  const text = 'Žluťoučký 🐎\u0000\n"quoted"';
  return typeof value === 'string' ? text : [text, ''];
}

/**
 * The promises of the port. Every implementation runs them, for every kind.
 *
 * @param of.sample a value of each field, the first text among which tells records apart.
 */
export function describeStore(
  name: string,
  { kind, sample }: { kind: Kind<AnyFields>; sample: AnyFields },
  makeStore: () => Promise<RecordStore<AnyFields>>,
): void {
  const names = Object.keys(kind.fields);
  const text = names.find((field) => typeof sample[field] === 'string');
  if (text === undefined)
    throw new Error(`give ${kind.plural} a field with a text, by which tests know a record`);
  const textOf = (value: string): AnyFields => ({ [text]: value });
  const filtered = (value: boolean): AnyFields => (kind.filter === undefined ? {} : { [kind.filter]: value });
  const valuesOf = (change: (value: FieldValue) => FieldValue): AnyFields =>
    Object.fromEntries(names.map((field) => [field, change(sample[field] ?? null)]));
  const makeRecord = (fields: AnyFields = {}, ownerId = 'ann'): AnyRecord =>
    startRecord({ ...sample, ...filtered(false), ...fields }, { id: newId(), ownerId, nowMs: NOW_MS });
  const itFilters = (title: string, test: () => Promise<void>) => {
    if (kind.filter !== undefined) it(title, test);
  };

  describe(`${name} keeps the promises of a store`, () => {
    let store: RecordStore<AnyFields>;
    const addAll = async (records: readonly AnyRecord[]) => {
      for (const record of records) await store.add(record);
      return records;
    };
    const update = (record: AnyRecord, changes: AnyFields, expected: 'any' | number[] = 'any') =>
      store.update(record, { changes, expected, nowMs: LATER_MS });

    beforeEach(async () => {
      store = await makeStore();
    });

    it('finds a record exactly as it was added', async () => {
      for (const record of [makeRecord(), makeRecord(valuesOf(awkwardValue))]) {
        await store.add(record);
        expect(await store.find(record)).toEqual(record);
      }
    });

    it('finds nothing under another owner, and nothing that was never added', async () => {
      const [record] = await addAll([makeRecord()]);
      expect(await store.find({ ownerId: 'bob', id: record?.id ?? '' })).toBeUndefined();
      expect(await store.find(makeRecord())).toBeUndefined();
    });

    it('lists the records of one owner in the order of creation, or the other way round', async () => {
      const records = await addAll([makeRecord(), makeRecord(), makeRecord()]);
      await store.add(makeRecord({}, 'bob'));
      expect(await store.list(query())).toEqual({ records, more: false });
      expect((await store.list(query({ newestFirst: true }))).records).toEqual(records.toReversed());
    });

    itFilters('lists only the records with one value of the filter, as they are now', async () => {
      const [one, two] = await addAll([makeRecord(filtered(true)), makeRecord()]);
      if (!one || !two) throw new Error('unreachable');
      expect((await store.list(query({ filter: true }))).records).toEqual([one]);
      expect((await store.list(query({ filter: false }))).records).toEqual([two]);
      await update(one, filtered(false));
      await update(two, filtered(true));
      expect((await store.list(query({ filter: true }))).records.map(({ id }) => id)).toEqual([two.id]);
      expect((await store.list(query({ filter: false }))).records.map(({ id }) => id)).toEqual([one.id]);
    });

    it.each(
      [
        ['all', { filter: undefined, newestFirst: false }] as const,
        ['all, newest first', { filter: undefined, newestFirst: true }] as const,
        ['filtered ones', { filter: false, newestFirst: false }] as const,
        ['filtered ones, newest first', { filter: false, newestFirst: true }] as const,
      ].filter(([, { filter }]) => filter === undefined || kind.filter !== undefined),
    )('pages through %s and says when there is no more', async (_name, list) => {
      const records = await addAll(Array.from({ length: 5 }, () => makeRecord()));
      const seen: string[] = [];
      let more = true;
      for (let after: string | undefined; more; after = seen.at(-1)) {
        const page = await store.list(query({ ...list, after, limit: 2 }));
        seen.push(...page.records.map(({ id }) => id));
        more = page.more;
      }
      const ids = records.map(({ id }) => id);
      expect(seen).toEqual(list.newestFirst ? ids.toReversed() : ids);
    });

    it('does not announce another page when the last one is exactly full', async () => {
      await addAll([makeRecord(), makeRecord()]);
      expect((await store.list(query({ limit: 2 }))).more).toBe(false);
    });

    it('goes on after a record that has been removed since', async () => {
      const [one, two, three] = await addAll([makeRecord(), makeRecord(), makeRecord()]);
      if (!one || !two || !three) throw new Error('unreachable');
      await store.remove(two, 'any');
      expect((await store.list(query({ after: two.id }))).records).toEqual([three]);
    });

    it('updates the given fields, the time and the version, and nothing else', async () => {
      const record = makeRecord();
      const changes = {
        ...textOf('New'),
        [names.at(-1) ?? '']: otherValue(sample[names.at(-1) ?? ''] ?? null),
      };
      await store.add(record);
      const expected = {
        ...record,
        ...changes,
        version: 2,
        updatedAt: '2026-03-01T09:01:00.000Z',
      };
      expect(await update(record, changes)).toEqual(expected);
      expect(await store.find(record)).toEqual(expected);
    });

    it('answers an update of nothing with the record as it is', async () => {
      const record = makeRecord();
      await store.add(record);
      expect(await update(record, {})).toEqual(record);
      expect(await update(record, {}, [1])).toEqual(record);
      await expect(update(record, {}, [2])).rejects.toMatchObject({ code: 'stale_version' });
    });

    it.each<[string, 'any' | number[]]>([
      ['whatever its version', 'any'],
      ['in a certain version', [1]],
      ['in none of no versions', []],
    ])('refuses to update or remove a missing record %s, and creates nothing', async (_name, expected) => {
      const missing = makeRecord();
      const notFound = { code: `${kind.name}_not_found` };
      await expect(update(missing, textOf('New'), expected)).rejects.toMatchObject(notFound);
      await expect(update(missing, {}, expected)).rejects.toMatchObject(notFound);
      await expect(store.remove(missing, expected)).rejects.toMatchObject(notFound);
      expect(await store.find(missing)).toBeUndefined();
    });

    it("treats another owner's record as missing", async () => {
      const record = makeRecord();
      await store.add(record);
      const foreign = { ...record, ownerId: 'bob' };
      await expect(update(foreign, textOf('Mine'))).rejects.toMatchObject({
        code: `${kind.name}_not_found`,
      });
      await expect(store.remove(foreign, 'any')).rejects.toMatchObject({ code: `${kind.name}_not_found` });
      expect(await store.find(record)).toEqual(record);
    });

    it.each<[string, number[]]>([
      ['another version', [2]],
      ['several others', [3, 4, 5]],
      ['no version at all', []],
    ])('refuses a change based on %s as stale, and changes nothing', async (_name, expected) => {
      const record = makeRecord();
      await store.add(record);
      await expect(update(record, textOf('New'), expected)).rejects.toMatchObject({ code: 'stale_version' });
      await expect(store.remove(record, expected)).rejects.toMatchObject({ code: 'stale_version' });
      expect(await store.find(record)).toEqual(record);
    });

    it('changes a record that is in one of the expected versions', async () => {
      const record = makeRecord();
      await store.add(record);
      expect(await update(record, textOf('New'), [7, 1])).toMatchObject({ version: 2 });
      await store.remove(record, [1, 2]);
      expect(await store.find(record)).toBeUndefined();
    });

    it('keeps all of several updates of different fields made at once', async () => {
      const record = makeRecord();
      await store.add(record);
      const changes = valuesOf(otherValue);
      await Promise.all(Object.entries(changes).map(([field, value]) => update(record, { [field]: value })));
      expect(await store.find(record)).toMatchObject({ ...changes, version: 1 + names.length });
    });

    it('lets exactly one of many simultaneous updates of one version succeed', async () => {
      const record = makeRecord();
      await store.add(record);
      for (let version = 1; version <= 3; version++) {
        const attempts = Array.from({ length: 10 }, (_, turn) =>
          update(record, textOf(`${version}, ${turn}`), [version]),
        );
        const outcomes = await Promise.allSettled(attempts);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
      expect(await store.find(record)).toMatchObject({ version: 4 });
    });

    describe('with an idempotency key', () => {
      const addOnce = (record: AnyRecord, key = 'key', nowMs = NOW_MS) =>
        store.addOnce(record, { key, nowMs });
      const listed = async (ownerId = 'ann') => (await store.list(query({ ownerId }))).records;

      it('adds one record, and returns the first one when the call is repeated', async () => {
        const [first, second] = [makeRecord(), makeRecord()];
        expect(await addOnce(first)).toEqual({ record: first, replayed: false });
        expect(await addOnce(second)).toEqual({ record: first, replayed: true });
        expect(await listed()).toEqual([first]);
        if (kind.filter !== undefined)
          expect((await store.list(query({ filter: false }))).records).toEqual([first]);
      });

      it('gives back the record as it was added, although it has changed since', async () => {
        const first = makeRecord();
        await addOnce(first);
        await update(first, textOf('Changed'));
        expect(await addOnce(makeRecord())).toEqual({ record: first, replayed: true });
        expect(await listed()).toMatchObject([textOf('Changed')]);
      });

      it.each([
        ['one by one', (record: AnyRecord) => store.remove(record, 'any')],
        ['with all others', () => store.removeAll('ann', { onlyFiltered: false, ...inTime })],
      ])('does not bring back a record that was deleted %s', async (_name, remove) => {
        const first = makeRecord();
        await addOnce(first);
        await remove(first);
        expect(await addOnce(makeRecord())).toEqual({ record: first, replayed: true });
        expect(await listed()).toEqual([]);
      });

      it.each(names)('refuses the key of a record with another %s', async (field) => {
        const first = makeRecord();
        await addOnce(first);
        await expect(
          addOnce(makeRecord({ [field]: otherValue(first[field] ?? null) })),
        ).rejects.toMatchObject({ code: 'idempotency_key_reused' });
        expect(await listed()).toEqual([first]);
      });

      it('keeps the keys of owners apart, and the keys of one owner', async () => {
        const records = [makeRecord(), makeRecord()];
        await addOnce(records[0] as AnyRecord, 'key');
        await addOnce(records[1] as AnyRecord, 'KEY');
        const bobs = makeRecord(textOf('Other'), 'bob');
        expect(await addOnce(bobs)).toEqual({ record: bobs, replayed: false });
        expect(await listed()).toEqual(records);
        expect(await listed('bob')).toEqual([bobs]);
      });

      it('forgets a key after a day', async () => {
        const [first, early, late] = [makeRecord(), makeRecord(), makeRecord()];
        await addOnce(first);
        const dayMs = IDEMPOTENCY_KEY_LIFETIME_S * 1000;
        expect((await addOnce(early, 'key', NOW_MS + dayMs - 1000)).replayed).toBe(true);
        expect(await addOnce(late, 'key', NOW_MS + dayMs)).toEqual({ record: late, replayed: false });
        expect(await listed()).toEqual([first, late]);
      });

      it('adds one record when 20 calls come at once, and gives it to all of them', async () => {
        const outcomes = await Promise.all(Array.from({ length: 20 }, () => addOnce(makeRecord())));
        const [record] = await listed();
        expect(outcomes.map((outcome) => outcome.record)).toEqual(outcomes.map(() => record));
        expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
        expect(await listed()).toHaveLength(1);
      });

      it('remembers a key of 255 characters', async () => {
        const key = '~'.repeat(255);
        await addOnce(makeRecord(), key);
        expect((await addOnce(makeRecord(), key)).replayed).toBe(true);
      });
    });

    it("removes all of one owner's records and counts them", async () => {
      await addAll(Array.from({ length: 60 }, () => makeRecord()));
      const others = makeRecord({}, 'bob');
      await store.add(others);
      expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
        removed: 60,
        finished: true,
      });
      expect((await store.list(query())).records).toEqual([]);
      expect(await store.find(others)).toEqual(others);
    });

    itFilters('removes only the records with the filter when asked to', async () => {
      const [open] = await addAll([makeRecord(), makeRecord(filtered(true)), makeRecord(filtered(true))]);
      expect(await store.removeAll('ann', { onlyFiltered: true, ...inTime })).toEqual({
        removed: 2,
        finished: true,
      });
      expect((await store.list(query())).records).toEqual([open]);
    });

    it('keeps records that are added while it removes', async () => {
      await addAll(Array.from({ length: 60 }, () => makeRecord()));
      const late: AnyRecord[] = [];
      const adding: Promise<void>[] = [];
      const outOfTime = () => {
        const record = makeRecord();
        // The first question comes before anything is read.
        if (adding.length > 0) late.push(record);
        adding.push(adding.length > 0 ? store.add(record) : Promise.resolve());
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
      await addAll([makeRecord(), makeRecord()]);
      const signal = AbortSignal.abort();
      await expect(store.removeAll('ann', { ...inTime, onlyFiltered: false, signal })).rejects.toThrow();
      expect((await store.list(query())).records).toHaveLength(2);
    });

    it('removes nothing from an owner without records', async () => {
      expect(await store.removeAll('ann', { onlyFiltered: false, ...inTime })).toEqual({
        removed: 0,
        finished: true,
      });
    });

    it('stops removing when it is out of time, and says so', async () => {
      await addAll([makeRecord(), makeRecord(filtered(true))]);
      const outOfTime = () => true;
      for (const onlyFiltered of kind.filter === undefined ? [false] : [true, false]) {
        expect(await store.removeAll('ann', { ...inTime, onlyFiltered, outOfTime })).toEqual({
          removed: 0,
          finished: false,
        });
      }
    });
  });
}
