/**
 * The operations over the records of a kind. Each takes the owner only from the caller. The file openapi.yml
 * describes each of them for each kind. A handler file names the operation and its contract.
 */
import type { Identity } from '../../common/identity.ts';
import { InvalidRequest, NotFound, type Violation } from '../domain/errors.ts';
import { type Kind, type OwnedKey, type RecordOf, startRecord } from '../domain/kind.ts';
import { isRecordId } from '../domain/record-id.ts';
import type { Page, RecordStore } from '../domain/record-store.ts';
import { type List, readCursor, toCursor } from './cursor.ts';
import type { ApiServices, Reply } from './endpoint.ts';
import { matchesEntityTag, readIfMatch, toEntityTag } from './entity-tag.ts';
import { collectionUrl, recordBody, recordReply, recordUrl } from './record-body.ts';
import { Refusal } from './refusals.ts';

/** What the endpoints of a kind work with. */
export interface OwnedServices<Fields> extends ApiServices {
  readonly store: RecordStore<Fields>;
  readonly newId: () => string;
}

/** As much of an {@link ApiRequest} as an operation over a kind reads. */
interface OwnedRequest {
  readonly caller: Identity;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly header: (name: string) => string | undefined;
  readonly baseUrl: string;
}
interface WithBody<Body> extends OwnedRequest {
  readonly body: Body;
}
interface WithPage extends OwnedRequest {
  readonly query: {
    readonly limit: number;
    readonly sort: 'createdAt' | '-createdAt';
    readonly cursor?: string | undefined;
  };
}

type OwnedEndpoint<Fields, Request> = (request: Request, services: OwnedServices<Fields>) => Promise<Reply>;

/** Members that a client may send back as it read them, and cannot change. */
interface Repeated {
  readonly id?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly updatedAt?: string | undefined;
  readonly url?: string | undefined;
}

/** GET of the collection: a page of the caller's records. */
export function listOwned<Fields>(kind: Kind<Fields>): OwnedEndpoint<Fields, WithPage> {
  return async (request, { store }) => {
    const { query, caller, baseUrl } = request;
    const list = { kind, filter: filterOf(kind, query), newestFirst: query.sort === '-createdAt' };
    const after = query.cursor === undefined ? undefined : readCursor(list, query.cursor);
    const { filter, newestFirst } = list;
    const page = await store.list({
      ownerId: caller.userId,
      filter,
      newestFirst,
      after,
      limit: query.limit,
    });
    const next = nextCursor(list, page);
    return {
      status: 200,
      body: page.records.map((record) => recordBody(kind, record, baseUrl)),
      ...(next !== undefined && { headers: { Link: `<${nextUrl(list, request, next)}>; rel="next"` } }),
    };
  };
}

function filterOf<Fields>({ filter }: Kind<Fields>, query: object): boolean | undefined {
  return filter === undefined ? undefined : (query as Record<string, boolean | undefined>)[filter];
}

function nextCursor<Fields>(list: List, { records, more }: Page<Fields>): string | undefined {
  const last = records.at(-1);
  return more && last ? toCursor(list, last.id) : undefined;
}

function nextUrl<Fields>(
  { kind, filter }: { kind: Kind<Fields>; filter: boolean | undefined },
  { query, baseUrl }: WithPage,
  cursor: string,
): string {
  const parameters = new URLSearchParams();
  if (kind.filter !== undefined && filter !== undefined) parameters.set(kind.filter, String(filter));
  parameters.set('limit', String(query.limit));
  parameters.set('sort', query.sort);
  parameters.set('cursor', cursor);
  return `${collectionUrl(kind, baseUrl)}?${parameters}`;
}

/** What an Idempotency-Key may be: printable ASCII. */
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** POST to the collection: a new record of the caller's, once for each Idempotency-Key. */
export function createOwned<Fields>(kind: Kind<Fields>): OwnedEndpoint<Fields, WithBody<Fields>> {
  return async ({ body, caller, header, baseUrl }, { store, newId, now }) => {
    const key = findIdempotencyKey(header('Idempotency-Key'));
    const nowMs = now();
    const fields = kind.requireFields(body as Partial<Fields>) as Fields;
    const wanted = startRecord(fields, { id: newId(), ownerId: caller.userId, nowMs });
    if (key === undefined) {
      await store.add(wanted);
      return createdReply(kind, wanted, baseUrl);
    }
    const { record, replayed } = await store.addOnce(wanted, { key, nowMs });
    const reply = createdReply(kind, record, baseUrl);
    return replayed ? { ...reply, headers: { ...reply.headers, 'Idempotency-Replayed': 'true' } } : reply;
  };
}

/**
 * The key as the client wrote it, quoted or not. `undefined` when there is none.
 *
 * @throws {Refusal} for one that cannot be remembered: without it a record would be created twice.
 */
function findIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || IDEMPOTENCY_KEY.test(header)) return header;
  throw new Refusal('malformed_idempotency_key');
}

function createdReply<Fields>(kind: Kind<Fields>, record: RecordOf<Fields>, baseUrl: string): Reply {
  return {
    status: 201,
    headers: { Location: recordUrl(kind, record.id, baseUrl), ETag: toEntityTag(record.version) },
    body: recordBody(kind, record, baseUrl),
  };
}

/** GET of one record, 304 where the client has this version. */
export function getOwned<Fields>(kind: Kind<Fields>): OwnedEndpoint<Fields, OwnedRequest> {
  return async (request, { store }) => {
    const { header, baseUrl } = request;
    const record = await store.find(requireKey(kind, request));
    if (record === undefined) throw new NotFound(kind);
    const etag = toEntityTag(record.version);
    if (matchesEntityTag(header('If-None-Match'), etag)) return { status: 304, headers: { ETag: etag } };
    return recordReply(kind, record, baseUrl);
  };
}

/** PATCH and PUT of one record: sets the fields that the body has. */
export function updateOwned<Fields>(
  kind: Kind<Fields>,
): OwnedEndpoint<Fields, WithBody<Partial<Fields> & Repeated>> {
  return async (request, { store, now }) => {
    const { body, header, baseUrl } = request;
    const key = requireKey(kind, request);
    const expected = readIfMatch(header('If-Match'));
    const { id, createdAt, updatedAt, url, ...fields } = body;
    const changes = kind.requireFields(fields as Partial<Fields>);
    // With If-Match the version decides whether the record has changed since.
    const repeated = { id, createdAt, url, ...(expected === 'any' && { updatedAt }) };
    if (Object.values(repeated).some((value) => value !== undefined)) {
      requireUnchanged(kind, repeated, { record: await store.find(key), baseUrl });
    }
    const updated = await store.update(key, { changes, expected, nowMs: now() });
    return recordReply(kind, updated, baseUrl);
  };
}

/** @throws {InvalidRequest} naming the fields that differ from the record. @throws {NotFound} without a record. */
function requireUnchanged<Fields>(
  kind: Kind<Fields>,
  repeated: Repeated,
  { record, baseUrl }: { record: RecordOf<Fields> | undefined; baseUrl: string },
): void {
  if (record === undefined) throw new NotFound(kind);
  const actual: Repeated = recordBody(kind, record, baseUrl);
  const violations: Violation[] = Object.entries(repeated)
    .filter(([name, value]) => value !== undefined && value !== actual[name as keyof Repeated])
    .map(([name]) => ({
      pointer: `#/${name}`,
      detail: `cannot be changed, and is not that of the ${kind.name}`,
    }));
  if (violations.length > 0) throw new InvalidRequest(violations);
}

/** DELETE of one record. */
export function deleteOwned<Fields>(kind: Kind<Fields>): OwnedEndpoint<Fields, OwnedRequest> {
  const detail = `${kind.name.replace(/^./, (letter) => letter.toUpperCase())} deleted`;
  return async (request, { store }) => {
    await store.remove(requireKey(kind, request), readIfMatch(request.header('If-Match')));
    return { status: 200, body: { detail } };
  };
}

/**
 * The record that the path names, among the caller's.
 *
 * @throws {NotFound} for anything that cannot be an id, without a request to the store.
 */
function requireKey<Fields>(kind: Kind<Fields>, { caller, path }: OwnedRequest): OwnedKey {
  const id = path[`${kind.name}Id`];
  if (!isRecordId(id)) throw new NotFound(kind);
  return { ownerId: caller.userId, id };
}
