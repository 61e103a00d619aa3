import { deepStrictEqual } from 'node:assert/strict';
import type { AnyFields, RecordBody, Resource } from '../../support/resources.ts';

/** A reply from wherever. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly json: unknown;
}

export interface CallOptions {
  readonly user: string;
  readonly id?: string;
  /** Instead of the path of the operation. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Asks the API under test. */
export type Call = (operationId: string, options: CallOptions) => Promise<Answer>;

export interface ListOptions {
  /** The value of the field by which the kind is filtered. */
  readonly filter?: boolean | undefined;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** Added to a request to try to be somebody else; it must change nothing about the answer. */
export type Disguise = Pick<CallOptions, 'query' | 'headers'>;

interface Known {
  readonly record: RecordBody;
  readonly version: number;
}

/**
 * Asks the API about one kind of record and holds every answer against a model in memory that is told only what was
 * acknowledged. A record of another user or of another kind is a wrong answer. So is one that is lost, doubled or
 * changed.
 */
export class Checker {
  readonly #call: Call;
  readonly resource: Resource;
  readonly #users = new Map<string, Map<string, Known>>();
  readonly #firstAnswers = new Map<string, { readonly body: string; readonly answer: Answer }>();
  asked = 0;

  constructor(call: Call, resource: Resource) {
    this.#call = call;
    this.resource = resource;
  }

  /** Ids of a user's records, oldest first. */
  idsOf(user: string): string[] {
    return [...this.#recordsOf(user).keys()].sort();
  }

  versionOf(user: string, id: string): number | undefined {
    return this.#recordsOf(user).get(id)?.version;
  }

  async create(user: string, fields: AnyFields, disguise: Disguise = {}): Promise<void> {
    const { operationId } = this.resource.create;
    const key = disguise.headers?.['Idempotency-Key'];
    const answer = await this.#ask(operationId, { user, body: fields, ...disguise });
    if (key !== undefined && this.#isReplay(`${user} ${key}`, JSON.stringify(fields), answer)) return;
    this.#same(operationId, answer.status, 201);
    const record = answer.json as RecordBody;
    const { id, createdAt, updatedAt, url } = record;
    const expected = { ...this.resource.defaults, ...fields };
    this.#same(operationId, record, { ...expected, id, createdAt, updatedAt, url });
    if (this.#isKnown(id)) throw new Error(`${operationId} gave an id that was given before: ${id}`);
    this.#recordsOf(user).set(id, { record, version: 1 });
  }

  async get(user: string, id: string, disguise: Disguise = {}): Promise<void> {
    const { operationId } = this.resource.get;
    const answer = await this.#ask(operationId, { user, id, ...disguise });
    const known = this.#recordsOf(user).get(id);
    this.#same(operationId, answer.status, known ? 200 : 404);
    if (known) this.#same(operationId, withoutUrl(answer.json), withoutUrl(known.record));
    if (known) this.#same(operationId, answer.headers['etag'], `"${known.version}"`);
  }

  /** Walks through all pages. */
  async list(user: string, { filter, newestFirst, limit = 50 }: ListOptions = {}, disguise: Disguise = {}) {
    const { list, kind } = this.resource;
    const query: Record<string, string> = { limit: String(limit), ...disguise.query };
    if (kind.filter !== undefined && filter !== undefined) query[kind.filter] = String(filter);
    if (newestFirst) query['sort'] = '-createdAt';
    const seen: RecordBody[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const options = { user, ...disguise, query: { ...query, ...(cursor !== undefined && { cursor }) } };
      const answer = await this.#ask(list.operationId, options);
      this.#same(list.operationId, answer.status, 200);
      const page = answer.json as RecordBody[];
      if (page.length > limit)
        throw new Error(`${list.operationId} gave ${page.length} records for a limit of ${limit}`);
      seen.push(...page);
      cursor = findCursor(answer);
    }
    const expected = this.#listOf(user, filter);
    this.#same(list.operationId, seen.map(withoutUrl), newestFirst ? expected.toReversed() : expected);
  }

  /** A page that begins where a cursor of anybody says. */
  async listAfter(user: string, cursor: string, after: string): Promise<void> {
    const { operationId } = this.resource.list;
    const answer = await this.#ask(operationId, { user, query: { cursor, limit: '100' } });
    this.#same(operationId, answer.status, 200);
    const expected = this.#listOf(user).filter(({ id }) => id > after);
    this.#same(operationId, (answer.json as RecordBody[]).map(withoutUrl), expected.slice(0, 100));
  }

  /** Does nothing where the kind cannot be updated. */
  async update(user: string, id: string, changes: AnyFields, disguise: Disguise = {}): Promise<void> {
    for (const { operationId } of this.resource.updates.slice(0, 1)) {
      const answer = await this.#ask(operationId, { user, id, body: changes, ...disguise });
      const known = this.#recordsOf(user).get(id);
      this.#same(operationId, answer.status, this.#statusFor(known, disguise));
      if (known === undefined || answer.status !== 200) return;
      const record = answer.json as RecordBody;
      const isChange = Object.keys(changes).length > 0;
      const updatedAt = isChange ? record['updatedAt'] : known.record['updatedAt'];
      this.#same(operationId, withoutUrl(record), withoutUrl({ ...known.record, ...changes, updatedAt }));
      this.#recordsOf(user).set(id, { record, version: known.version + (isChange ? 1 : 0) });
    }
  }

  async remove(user: string, id: string, disguise: Disguise = {}): Promise<void> {
    const { operationId } = this.resource.remove;
    const answer = await this.#ask(operationId, { user, id, ...disguise });
    const known = this.#recordsOf(user).get(id);
    this.#same(operationId, answer.status, this.#statusFor(known, disguise));
    if (answer.status === 200) this.#recordsOf(user).delete(id);
  }

  /** Only where the kind has such an operation. */
  async removeAll(user: string, onlyFiltered: boolean, disguise: Disguise = {}): Promise<void> {
    const { removeAll, kind } = this.resource;
    if (removeAll === undefined) return;
    const { operationId } = removeAll;
    const filter = onlyFiltered ? kind.filter : undefined;
    const query = { ...disguise.query, [filter ?? 'all']: 'true' };
    const answer = await this.#ask(operationId, { user, ...disguise, query });
    this.#same(operationId, answer.status, 200);
    const gone = this.#listOf(user, filter === undefined ? undefined : true);
    const count = gone.length === 1 ? `1 ${kind.name}` : `${gone.length} ${kind.plural}`;
    this.#same(operationId, answer.json, { detail: `${count} deleted` });
    for (const { id } of gone) this.#recordsOf(user).delete(id);
  }

  /** A request that must be refused with this status, whatever it tries. */
  async refused(operationId: string, options: CallOptions, status: number): Promise<void> {
    this.#same(operationId, (await this.#ask(operationId, options)).status, status);
  }

  async #ask(operationId: string, options: CallOptions): Promise<Answer> {
    this.asked += 1;
    return this.#call(operationId, options);
  }

  #recordsOf(user: string): Map<string, Known> {
    const records = this.#users.get(user) ?? new Map<string, Known>();
    this.#users.set(user, records);
    return records;
  }

  #isKnown(id: string): boolean {
    return [...this.#users.values()].some((records) => records.has(id));
  }

  #listOf(user: string, filter?: boolean) {
    const field = this.resource.kind.filter;
    return this.idsOf(user)
      .map((id) => withoutUrl(this.#recordsOf(user).get(id)?.record))
      .filter((record) => field === undefined || filter === undefined || record[field] === filter);
  }

  /** A missing record before a stale version, as the store promises. */
  #statusFor(known: Known | undefined, { headers }: Disguise): number {
    if (known === undefined) return 404;
    const expected = headers?.['If-Match'];
    return expected === undefined || expected === `"${known.version}"` ? 200 : 412;
  }

  #isReplay(name: string, body: string, answer: Answer): boolean {
    const first = this.#firstAnswers.get(name);
    if (first === undefined) {
      if (answer.status === 201) this.#firstAnswers.set(name, { body, answer });
      return false;
    }
    const { operationId } = this.resource.create;
    this.#same(operationId, answer.status, first.body === body ? 201 : 422);
    if (first.body === body) {
      this.#same(operationId, answer.json, first.answer.json);
      this.#same(operationId, answer.headers['idempotency-replayed'], 'true');
    }
    return true;
  }

  #same(operationId: string, seen: unknown, expected: unknown): void {
    try {
      deepStrictEqual(seen, expected);
    } catch (error) {
      throw new Error(`${operationId} gave a wrong answer: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The address depends on how the API was reached and is checked elsewhere. */
function withoutUrl(record: unknown): RecordBody {
  const { url: _, ...rest } = record as RecordBody;
  return rest;
}

export function findCursor({ headers }: Answer): string | undefined {
  return /[?&]cursor=([^&>]+)/.exec(headers['link'] ?? '')?.[1];
}
