import { randomBytes } from 'node:crypto';
import { defineKind, type RecordOf, startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';

const NOW_MS = Date.parse('2026-03-01T09:00:00Z');

/** A field of each sort, one of them a filter. */
export interface TaskFields {
  readonly title: string;
  readonly description: string;
  readonly completed: boolean;
  readonly order: number | null;
  readonly dueAt: string | null;
}

export type Task = RecordOf<TaskFields>;

/**
 * Kinds for tests of the store, which hold whatever kinds the service has. This one has no prefix, as the first kind of a
 * table.
 */
export const tasks = defineKind<TaskFields>({
  name: 'task',
  plural: 'tasks',
  keyPrefix: '',
  fields: {
    title: {},
    description: {},
    completed: { whenMissing: false },
    order: { whenMissing: null },
    dueAt: { whenMissing: null },
  },
  filter: 'completed',
  requireFields: (fields) => fields,
});

/** The same fields, under keys with a prefix. */
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

/** Values of {@link tasks} and {@link labels}. */
export const TASK_FIELDS: TaskFields = {
  title: 'Buy milk',
  description: '',
  completed: false,
  order: null,
  dueAt: null,
};

const newId = makeNewId(() => NOW_MS, randomBytes);

/** A record of {@link tasks} or {@link labels}. */
export function sampleTask(fields: Partial<TaskFields> = {}, ownerId = 'ann'): Task {
  return startRecord({ ...TASK_FIELDS, ...fields }, { id: newId(), ownerId, nowMs: NOW_MS });
}
