import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { labels, type NoteFields, notes, type TaskFields, tasks } from '../../support/kinds.ts';
import { startRecord } from '../domain/kind.ts';
import { makeNewId } from '../domain/record-id.ts';
import type { RecordStore } from '../domain/record-store.ts';
import { makeDynamoStore } from './dynamo-store.ts';

const NOW_MS = Date.parse('2026-03-01T09:00:00Z');
const FIELDS: TaskFields = { title: 'Buy milk', description: '', completed: true, order: null, dueAt: null };
const NOTE: NoteFields = { title: 'Buy milk', tags: ['home', ''], color: 'red' };
const ALL = { onlyFiltered: false, outOfTime: () => false, signal: new AbortController().signal };
const newId = makeNewId(() => NOW_MS, randomBytes);
const start = <Fields>(fields: Fields) => startRecord(fields, { id: newId(), ownerId: 'ann', nowMs: NOW_MS });
const query = (filter?: boolean) => ({
  ownerId: 'ann',
  filter,
  newestFirst: false,
  after: undefined,
  limit: 50,
});

let dynamo: Embedded;
let ofTasks: RecordStore<TaskFields>;
let ofLabels: RecordStore<TaskFields>;
let ofNotes: RecordStore<NoteFields>;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  const table = { client: dynamo.client, tableName: await dynamo.freshTable() };
  ofTasks = makeDynamoStore({ ...table, kind: tasks });
  ofLabels = makeDynamoStore({ ...table, kind: labels });
  ofNotes = makeDynamoStore({ ...table, kind: notes });
});

/** One record of each kind in the partition of one user, each with the same id where `id` is given. */
async function addOneOfEach() {
  const task = start(FIELDS);
  const label = { ...start(FIELDS), id: task.id };
  const note = { ...start(NOTE), id: task.id };
  await ofTasks.add(task);
  await ofLabels.add(label);
  await ofNotes.add(note);
  return { task, label, note };
}

describe('kinds that share the partition of a user', () => {
  it('find their own record under one id', async () => {
    const { task, label, note } = await addOneOfEach();
    expect(await ofTasks.find(task)).toEqual(task);
    expect(await ofLabels.find(label)).toEqual(label);
    expect(await ofNotes.find(note)).toEqual(note);
  });

  it.each([
    ['all', undefined],
    ['filtered', true],
  ])('list their own records and no others: %s', async (_name, filter) => {
    const { task, label, note } = await addOneOfEach();
    expect((await ofTasks.list(query(filter))).records).toEqual([task]);
    expect((await ofLabels.list(query(filter))).records).toEqual([label]);
    if (filter === undefined) expect((await ofNotes.list(query())).records).toEqual([note]);
  });

  it('page through their own records to the end', async () => {
    for (let count = 0; count < 3; count++) await addOneOfEach();
    for (const store of [ofTasks, ofLabels, ofNotes]) {
      const seen: string[] = [];
      let more = true;
      while (more) {
        const page = await store.list({ ...query(), newestFirst: true, after: seen.at(-1), limit: 2 });
        seen.push(...page.records.map(({ id }) => id));
        more = page.more;
      }
      expect(seen).toEqual([...new Set(seen)].sort().reverse());
      expect(seen).toHaveLength(3);
    }
  });

  it.each([
    ['all', false],
    ['the filtered ones', true],
  ])('remove %s of their own and leave the others', async (_name, onlyFiltered) => {
    const { task, note } = await addOneOfEach();
    expect(await ofLabels.removeAll('ann', { ...ALL, onlyFiltered })).toEqual({ removed: 1, finished: true });
    expect((await ofLabels.list(query())).records).toEqual([]);
    expect(await ofTasks.find(task)).toEqual(task);
    expect(await ofNotes.find(note)).toEqual(note);
    expect(await ofTasks.removeAll('ann', { ...ALL, onlyFiltered })).toEqual({ removed: 1, finished: true });
    expect(await ofNotes.find(note)).toEqual(note);
  });

  it('change and remove one record of their own', async () => {
    const { task, label, note } = await addOneOfEach();
    await ofNotes.update(note, { changes: { tags: [] }, expected: 'any', nowMs: NOW_MS });
    await ofLabels.remove(label, 'any');
    expect(await ofTasks.find(task)).toEqual(task);
    expect(await ofNotes.find(note)).toMatchObject({ tags: [], version: 2 });
    await expect(ofLabels.remove(label, 'any')).rejects.toMatchObject({
      code: 'label_not_found',
      message: 'Label not found',
    });
  });

  it('keep idempotency keys of their own', async () => {
    const key = { key: 'one', nowMs: NOW_MS };
    const [task, label, note] = [start(FIELDS), start(FIELDS), start(NOTE)];
    expect(await ofTasks.addOnce(task, key)).toEqual({ record: task, replayed: false });
    expect(await ofLabels.addOnce(label, key)).toEqual({ record: label, replayed: false });
    expect(await ofNotes.addOnce(note, key)).toEqual({ record: note, replayed: false });
    expect(await ofNotes.addOnce(start(NOTE), key)).toEqual({ record: note, replayed: true });
    await expect(ofNotes.addOnce(start({ ...NOTE, tags: ['home'] }), key)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
      message: 'This Idempotency-Key was used for another note. Use a new key for each note.',
    });
  });
});

describe('a field that came later', () => {
  it('has its value for records that were stored before', async () => {
    const { color: _, ...older } = NOTE;
    const record = start(older as NoteFields);
    await ofNotes.add({ ...record, color: undefined } as never);
    expect(await ofNotes.find(record)).toEqual({ ...record, color: null });
  });

  it('is an error where the definition says nothing', async () => {
    const record = start({ ...NOTE, tags: undefined } as never);
    await ofNotes.add(record);
    await expect(ofNotes.find(record)).rejects.toThrow('a stored note has no tags');
  });
});
