import { IdempotencyKeyReused, NotFound, StaleVersion } from '../functions/domain/errors.ts';
import {
  changeRecord,
  fieldNames,
  type Kind,
  type OwnedKey,
  type RecordOf,
} from '../functions/domain/kind.ts';
import {
  type ExpectedVersion,
  IDEMPOTENCY_KEY_LIFETIME_S,
  type RecordStore,
} from '../functions/domain/record-store.ts';
import type { StoreOf } from './resources.ts';

/** One memory for each kind, which every API that is made with it shares. */
export function sharedMemory(): StoreOf {
  const stores = new Map<string, RecordStore<never>>();
  return <Fields>(kind: Kind<Fields>) => {
    const store = (stores.get(kind.name) as RecordStore<Fields> | undefined) ?? memoryStore(kind);
    stores.set(kind.name, store as never);
    return store;
  };
}

/** The port in a few lines, for tests that are not about DynamoDB and as a second reading of its promises. */
export function memoryStore<Fields>(kind: Kind<Fields>): RecordStore<Fields> {
  const kept = new Map<string, RecordOf<Fields>>();
  const keys = new Map<string, { record: RecordOf<Fields>; expiresAt: number }>();
  const nameOf = ({ ownerId, id }: OwnedKey) => JSON.stringify([ownerId, id]);
  const fieldsOf = (record: RecordOf<Fields>) => JSON.stringify(fieldNames(kind).map((name) => record[name]));
  const isFiltered = (record: RecordOf<Fields>) => kind.filter !== undefined && record[kind.filter] === true;
  const require = (key: OwnedKey, expected: ExpectedVersion): RecordOf<Fields> => {
    const record = kept.get(nameOf(key));
    if (record === undefined) throw new NotFound(kind);
    if (expected !== 'any' && !expected.includes(record.version)) throw new StaleVersion(kind);
    return record;
  };
  const ownedBy = (ownerId: string) => [...kept.values()].filter((record) => record.ownerId === ownerId);

  return {
    add: async (record) => void kept.set(nameOf(record), record),
    addOnce: async (record, { key, nowMs }) => {
      const name = JSON.stringify([record.ownerId, key]);
      const found = keys.get(name);
      if (found === undefined || found.expiresAt * 1000 <= nowMs) {
        keys.set(name, { record, expiresAt: Math.floor(nowMs / 1000) + IDEMPOTENCY_KEY_LIFETIME_S });
        kept.set(nameOf(record), record);
        return { record, replayed: false };
      }
      if (fieldsOf(found.record) !== fieldsOf(record)) throw new IdempotencyKeyReused(kind);
      return { record: found.record, replayed: true };
    },
    find: async (key) => kept.get(nameOf(key)),
    list: async ({ ownerId, filter, newestFirst, after, limit }) => {
      const sign = newestFirst ? -1 : 1;
      const rest = ownedBy(ownerId)
        .filter((record) => filter === undefined || isFiltered(record) === filter)
        .filter((record) => after === undefined || sign * record.id.localeCompare(after) > 0)
        .sort((one, other) => sign * one.id.localeCompare(other.id));
      return { records: rest.slice(0, limit), more: rest.length > limit };
    },
    update: async (key, { changes, expected, nowMs }) => {
      const record = require(key, expected);
      const changed =
        Object.keys(changes).length === 0 ? record : changeRecord<Fields>(record, changes, nowMs);
      kept.set(nameOf(key), changed);
      return changed;
    },
    remove: async (key, expected) => {
      require(key, expected);
      kept.delete(nameOf(key));
    },
    removeAll: async (ownerId, { onlyFiltered, outOfTime, signal }) => {
      let removed = 0;
      for (const record of ownedBy(ownerId).filter((one) => isFiltered(one) || !onlyFiltered)) {
        signal.throwIfAborted();
        if (outOfTime()) return { removed, finished: false };
        kept.delete(nameOf(record));
        removed++;
      }
      return { removed, finished: true };
    },
  };
}
