import type { Kind } from '../domain/kind.ts';
import { isRecordId } from '../domain/record-id.ts';
import type { RecordQuery } from '../domain/record-store.ts';
import { Refusal } from './refusals.ts';

/** The list in which a cursor is a position. A cursor is valid for the kind, filter and order it was made with. */
export interface List extends Pick<RecordQuery, 'filter' | 'newestFirst'> {
  readonly kind: Pick<Kind<object>, 'keyPrefix'>;
}

/** Goes up when the meaning of a cursor changes, so that an older one is refused and not misread. */
const VERSION = '1';

/**
 * Where the next page begins. It holds a position, the kind, the filter and the order, and no owner. The owner always comes
 * from the caller, so a forged or foreign cursor reaches nothing.
 */
export function toCursor(list: List, after: string): string {
  return Buffer.from(`${prefixOf(list)}${after}`).toString('base64url');
}

/** @throws {Refusal} unless {@link toCursor} made exactly this text for exactly this list. */
export function readCursor(list: List, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const prefix = prefixOf(list);
  const after = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !isRecordId(after) || toCursor(list, after) !== cursor) {
    throw new Refusal('malformed_cursor');
  }
  return after;
}

function prefixOf({ kind, filter, newestFirst }: List): string {
  const filtered = filter === undefined ? 'all' : filter ? 'completed' : 'open';
  return `${VERSION}|${kind.keyPrefix}${filtered}|${newestFirst ? 'desc' : 'asc'}|`;
}
