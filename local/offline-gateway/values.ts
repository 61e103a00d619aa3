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

/** The string, or undefined for anything else. */
export function findText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
