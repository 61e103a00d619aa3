/** An object from outside whose members are not known yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** True for a plain object: not null, not an array. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value in a list; a list as it is; nothing for undefined. IAM and serverless.yml write one or many alike. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A member of its own, never one inherited: names come from requests, where `constructor` is a header like any other. */
export function findOwn<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The string, or undefined for anything else. */
export function findText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
