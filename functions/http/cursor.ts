import { isTaskId } from '../domain/task-id.ts';
import type { TaskQuery } from '../domain/task-store.ts';
import { Refused } from './refusals.ts';

/** What a cursor is only good for: it says where to go on in this list and in no other. */
type List = Pick<TaskQuery, 'completed' | 'newestFirst'>;

/** Goes up when the meaning of a cursor changes, so that one from before is refused and not misread. */
const VERSION = '1';

/**
 * Where the next page begins. It holds a position, the filter and the sort, and no owner: whose tasks are listed
 * always comes from the caller, so a forged or foreign cursor reaches nothing.
 */
export function toCursor(list: List, after: string): string {
  return Buffer.from(`${prefixOf(list)}${after}`).toString('base64url');
}

/** @throws {Refused} unless {@link toCursor} made exactly this text for exactly this list. */
export function readCursor(list: List, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const prefix = prefixOf(list);
  const after = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !isTaskId(after) || toCursor(list, after) !== cursor) {
    throw new Refused('malformed_cursor');
  }
  return after;
}

function prefixOf({ completed, newestFirst }: List): string {
  const filter = completed === undefined ? 'all' : completed ? 'completed' : 'open';
  return `${VERSION}|${filter}|${newestFirst ? 'desc' : 'asc'}|`;
}
