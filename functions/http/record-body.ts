import { fieldNames, type Kind, type Owned, type RecordOf } from '../domain/kind.ts';
import type { Reply } from './endpoint.ts';
import { toEntityTag } from './entity-tag.ts';

/** What clients see of every record in addition to its fields. The owner and the version are not part of it. */
type Shown = Pick<Owned, 'id' | 'createdAt' | 'updatedAt'> & { readonly url: string };

/** A record as clients see it. */
export function recordBody<Fields>(
  kind: Kind<Fields>,
  record: RecordOf<Fields>,
  baseUrl: string,
): Fields & Shown {
  const fields = Object.fromEntries(fieldNames(kind).map((name) => [name, record[name]])) as Fields;
  const { id, createdAt, updatedAt } = record;
  return { id, ...fields, createdAt, updatedAt, url: recordUrl(kind, id, baseUrl) };
}

export function collectionUrl<Fields>({ plural }: Kind<Fields>, baseUrl: string): string {
  return `${baseUrl}/api/${plural}`;
}

export function recordUrl<Fields>(kind: Kind<Fields>, id: string, baseUrl: string): string {
  return `${collectionUrl(kind, baseUrl)}/${id}`;
}

/** 200 with the record and its ETag. */
export function recordReply<Fields>(kind: Kind<Fields>, record: RecordOf<Fields>, baseUrl: string): Reply {
  return {
    status: 200,
    headers: { ETag: toEntityTag(record.version) },
    body: recordBody(kind, record, baseUrl),
  };
}
