/** What every record of every kind has. */
export interface Owned {
  readonly id: string;
  readonly ownerId: string;
  /** UTC with milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** 1 when created, one more with every update. */
  readonly version: number;
}

/** Where a record is. Always both: no operation finds a record by its id alone. */
export type OwnedKey = Pick<Owned, 'ownerId' | 'id'>;

/** A record of a kind: its own fields and what every record has. */
export type RecordOf<Fields> = Fields & Owned;

/** What can be stored in a field. */
export type FieldValue = string | number | boolean | null | readonly string[];

/** Names that every record or its stored form has already, so no field can take them. */
const RESERVED = [
  'changeId',
  'completedId',
  'createdAt',
  'expiresAt',
  'id',
  'ownerId',
  'updatedAt',
  'url',
  'userId',
  'version',
] as const;
type Reserved = (typeof RESERVED)[number];

/** How a field is read from the table. */
export interface Field<Value> {
  /** Of a record that was stored before the field existed. Without it, such a record is an error. */
  readonly whenMissing?: Value;
}

/** One kind of record that belongs to a user. Store, endpoints, cursors and problem details are made from it. */
export interface Kind<Fields> {
  /** In sentences, codes and path parameters, such as `task`. */
  readonly name: string;
  /** In paths, such as `tasks`. */
  readonly plural: string;
  /**
   * What the range keys of the kind begin with. Kinds share the partition of their user, and none reads another's keys.
   * Empty for one kind, `!` with the plural and `#` for every other.
   */
  readonly keyPrefix: string;
  /** In the order in which clients see them. */
  readonly fields: { readonly [Name in keyof Fields]-?: Field<Fields[Name]> };
  /** The field, true or false, by which a list can be filtered. */
  readonly filter?: (keyof Fields & string) | undefined;
  /**
   * Brings fields that passed the schema into the form in which they are stored.
   *
   * @throws {InvalidRequest} naming every field that breaks a rule that no schema can express.
   */
  readonly requireFields: <Given extends Partial<Fields>>(fields: Given) => Given;
}

/** A type that no definition has, where a field takes a reserved name. */
type Unreserved<Fields> =
  Extract<keyof Fields, Reserved> extends never
    ? unknown
    : { readonly reservedNames: Extract<keyof Fields, Reserved> };

/**
 * Checks what types alone do not.
 *
 * @throws {TypeError} for a field whose name is reserved, or a prefix under which records of two kinds could mix.
 */
export function defineKind<Fields>(kind: Kind<Fields> & Unreserved<Fields>): Kind<Fields> {
  const taken = Object.keys(kind.fields).find((name) => (RESERVED as readonly string[]).includes(name));
  if (taken !== undefined) throw new TypeError(`${kind.plural} cannot have a field ${taken}`);
  if (kind.keyPrefix !== '' && kind.keyPrefix !== `!${kind.plural}#`)
    throw new TypeError(`the keys of ${kind.plural} must begin with !${kind.plural}#`);
  return kind;
}

export function fieldNames<Fields>({ fields }: Pick<Kind<Fields>, 'fields'>): (keyof Fields & string)[] {
  return Object.keys(fields) as (keyof Fields & string)[];
}

/** @param from.nowMs milliseconds since the epoch. */
export function startRecord<Fields>(
  fields: Fields,
  from: { id: string; ownerId: string; nowMs: number },
): RecordOf<Fields> {
  const createdAt = new Date(from.nowMs).toISOString();
  return { id: from.id, ownerId: from.ownerId, ...fields, createdAt, updatedAt: createdAt, version: 1 };
}

/** The record after an update; the memory of a test and the answer of DynamoDB agree on it. */
export function changeRecord<Fields>(
  record: RecordOf<Fields>,
  changes: Partial<Fields>,
  nowMs: number,
): RecordOf<Fields> {
  return { ...record, ...changes, updatedAt: new Date(nowMs).toISOString(), version: record.version + 1 };
}
