import { readdirSync } from 'node:fs';
import { defineKind, type Kind } from '../functions/domain/kind.ts';
import { tasks } from '../functions/domain/task.ts';

/** A kind with the fields of tasks and keys of its own: what the store promises of tasks it promises of this kind. */
export const labels = defineKind({ ...tasks, name: 'label', plural: 'labels', keyPrefix: '!labels#' });

/** Fields of another kind: a list of texts, no field to filter by, and one that came later. */
export interface NoteFields {
  readonly title: string;
  readonly tags: readonly string[];
  readonly color: string | null;
}

export const notes = defineKind<NoteFields>({
  name: 'note',
  plural: 'notes',
  keyPrefix: '!notes#',
  fields: { title: {}, tags: {}, color: { whenMissing: null } },
  requireFields: (fields) => fields,
});

const DOMAIN = new URL('../functions/domain/', import.meta.url);

/** A definition under functions/domain/, whatever its fields. */
export type AnyKind = Kind<Record<string, never>>;

/** The kinds that the service defines. A test that asks about all of them sees a new one without being edited. */
export async function loadKinds(): Promise<readonly AnyKind[]> {
  const files = readdirSync(DOMAIN).filter((file) => !file.endsWith('.test.ts'));
  const modules: object[] = await Promise.all(files.map((file) => import(new URL(file, DOMAIN).href)));
  return modules.flatMap((module) => Object.values(module)).filter(isKind);
}

function isKind(value: unknown): value is AnyKind {
  return typeof value === 'object' && value !== null && 'keyPrefix' in value && 'requireFields' in value;
}
