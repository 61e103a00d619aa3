import { defineKind } from '../functions/domain/kind.ts';
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
