import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type FieldValue, fieldNames, type Kind, type OwnedKey, type RecordOf } from '../domain/kind.ts';

export type Item = Record<string, AttributeValue>;

/**
 * The local secondary index by which a list is filtered. It is named after the filter of tasks, because a local index cannot
 * be renamed. Local, because only such an index reads consistently.
 */
const BY_COMPLETION = 'byCompletion';

/**
 * Every range key of the kind without a prefix lies between these: its ids begin with a hexadecimal digit. Other kinds begin
 * with `!`, and records that are of no kind with `~`, both outside.
 */
const FIRST_ID = '0';
const LAST_ID = 'g';

/** The key of an item, from its range key as it stands in the table. */
export function toRawKey(ownerId: string, rangeKey: string): Item {
  return { userId: { S: ownerId }, id: { S: rangeKey } };
}

export function toKey<Fields>({ keyPrefix }: Kind<Fields>, { ownerId, id }: OwnedKey): Item {
  return toRawKey(ownerId, keyPrefix + id);
}

/** The range key of {@link BY_COMPLETION}: kind and value first, then creation order. */
export function filterKey<Fields>({ keyPrefix }: Kind<Fields>, value: boolean, id = ''): string {
  return `${keyPrefix}${value ? 1 : 0}#${id}`;
}

/** The query for all records of a user, or for those whose filter field has the value. */
export function rangeOf<Fields>(kind: Kind<Fields>, ownerId: string, filter: boolean | undefined) {
  const user = { ':user': { S: ownerId } };
  if (filter !== undefined) {
    return {
      IndexName: BY_COMPLETION,
      KeyConditionExpression: 'userId = :user AND begins_with(completedId, :value)',
      ExpressionAttributeValues: { ...user, ':value': { S: filterKey(kind, filter) } },
    };
  }
  if (kind.keyPrefix !== '') {
    return {
      KeyConditionExpression: 'userId = :user AND begins_with(id, :prefix)',
      ExpressionAttributeValues: { ...user, ':prefix': { S: kind.keyPrefix } },
    };
  }
  return {
    KeyConditionExpression: 'userId = :user AND id BETWEEN :first AND :last',
    ExpressionAttributeValues: { ...user, ':first': { S: FIRST_ID }, ':last': { S: LAST_ID } },
  };
}

/** The stored form of a field. */
function toAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { S: String(value) };
}

/** Inverse of {@link toAttribute}. `undefined` for an attribute that no field is stored as. */
function readAttribute({ S, N, BOOL, NULL, L }: AttributeValue): FieldValue | undefined {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map((value) => String(readAttribute(value)));
  return NULL === true ? null : undefined;
}

/** What a change of fields means for the attributes of an item. */
export function toAttributes<Fields>(kind: Kind<Fields>, fields: Partial<Fields>, id: string): Item {
  const attributes: Item = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) attributes[name] = toAttribute(value);
  }
  const filtered = kind.filter === undefined ? undefined : fields[kind.filter];
  if (filtered !== undefined) attributes['completedId'] = { S: filterKey(kind, filtered === true, id) };
  return attributes;
}

export function toItem<Fields>(kind: Kind<Fields>, record: RecordOf<Fields>): Item {
  const fields = Object.fromEntries(fieldNames(kind).map((name) => [name, record[name]]));
  return {
    ...toKey(kind, record),
    ...toAttributes(kind, fields as Partial<Fields>, record.id),
    createdAt: { S: record.createdAt },
    updatedAt: { S: record.updatedAt },
    version: { N: String(record.version) },
  };
}

/** Inverse of {@link toItem}. @throws {TypeError} for an item that is not of the kind: a 500, never half a record. */
export function readItem<Fields>(kind: Kind<Fields>, item: Item): RecordOf<Fields> {
  const rangeKey = requireText(kind, item, 'id');
  if (!rangeKey.startsWith(kind.keyPrefix)) throw new TypeError(`a stored ${kind.name} has another key`);
  const fields = Object.fromEntries(fieldNames(kind).map((name) => [name, readField(kind, item, name)]));
  return {
    id: rangeKey.slice(kind.keyPrefix.length),
    ownerId: requireText(kind, item, 'userId'),
    ...(fields as Fields),
    createdAt: requireText(kind, item, 'createdAt'),
    updatedAt: requireText(kind, item, 'updatedAt'),
    version: Number(item['version']?.N),
  };
}

function readField<Fields>(kind: Kind<Fields>, item: Item, name: keyof Fields & string): unknown {
  const stored = item[name];
  const value = stored === undefined ? kind.fields[name].whenMissing : readAttribute(stored);
  if (value === undefined) throw new TypeError(`a stored ${kind.name} has no ${name}`);
  return value;
}

function requireText<Fields>({ name }: Kind<Fields>, item: Item, attribute: string): string {
  const text = item[attribute]?.S;
  if (text === undefined) throw new TypeError(`a stored ${name} has no ${attribute}`);
  return text;
}
