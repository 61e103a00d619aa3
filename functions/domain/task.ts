import { AppError } from '../../common/app-error.ts';
import { InvalidRequest, type Violation } from './errors.ts';
import { parseInstant } from './instant.ts';
import { defineKind } from './kind.ts';

/** Most characters (Unicode code points) of a title, counted after trimming. */
const TITLE_MAX = 200;

/** What a client decides about a task. */
export interface TaskFields {
  readonly title: string;
  readonly description: string;
  readonly completed: boolean;
  /** A place in the client's own order, or null. */
  readonly order: number | null;
  /** UTC with milliseconds, or null. */
  readonly dueAt: string | null;
}

/** The fields of an update; what is absent keeps its value. */
export type TaskChanges = Partial<TaskFields>;

/** Tasks, the first kind: their keys have no prefix. */
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
  requireFields,
});

/** The time for one request ran out before every task was deleted. */
export class DeletionUnfinished extends AppError {
  override readonly code = 'deletion_unfinished';
  override readonly kind = 'unavailable';
  /** @param deleted how many tasks are gone already. */
  constructor(deleted: number) {
    super(`${deleted} tasks deleted, and there are more. Call again to delete the rest.`);
  }
}

/**
 * Brings fields that passed the schema into the form they are stored in: the title trimmed, the due date in UTC.
 *
 * @throws {InvalidRequest} naming every field that breaks a rule no schema can express.
 */
function requireFields<Fields extends TaskChanges>(fields: Fields): Fields {
  const violations: Violation[] = [];
  const checked: { -readonly [Key in keyof TaskFields]?: TaskFields[Key] } = { ...fields };
  if (fields.title !== undefined) checked.title = checkTitle(fields.title, violations);
  if (fields.description !== undefined) checkText('description', fields.description, violations);
  if (typeof fields.dueAt === 'string') checked.dueAt = checkDueAt(fields.dueAt, violations);
  if (violations.length > 0) throw new InvalidRequest(violations);
  return checked as Fields;
}

function checkTitle(text: string, violations: Violation[]): string {
  const title = text.trim();
  const length = [...title].length;
  if (length === 0) violations.push({ pointer: '#/title', detail: 'must not be empty' });
  if (length > TITLE_MAX)
    violations.push({ pointer: '#/title', detail: `must be at most ${TITLE_MAX} characters` });
  checkText('title', title, violations);
  return title;
}

/** Half a surrogate pair is no character: it cannot be written as UTF-8 and would come back as another text. */
function checkText(field: string, text: string, violations: Violation[]): void {
  if (!text.isWellFormed()) violations.push({ pointer: `#/${field}`, detail: 'must be valid Unicode' });
}

function checkDueAt(text: string, violations: Violation[]): string {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  violations.push({
    pointer: '#/dueAt',
    detail: 'must be a date and time that exists, such as 2026-03-01T09:00:00Z',
  });
  return text;
}
