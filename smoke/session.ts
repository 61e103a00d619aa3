import { setTimeout as sleep } from 'node:timers/promises';
import type { components } from '../functions/http/generated/types.ts';
import { findMarkedBody } from '../support/operations.ts';
import { RESOURCES, type RecordBody, type Resource } from '../support/resources.ts';
import { contractFaults, findOperationId } from './documented-operations.ts';
import { Skipped } from './skipped.ts';

export type Problem = components['schemas']['Problem'];

/** A reply with its body read. */
export interface Reply {
  /** Method and path, for messages. */
  readonly asked: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed when it is JSON; `undefined` otherwise. */
  readonly body: unknown;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; for bodies that are not JSON. */
  readonly text?: string;
}

export interface SessionOptions {
  /** Without a trailing slash; with the stage, when the address has one. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  /** Stands in every record of this run, so that what belongs to it can be told from what a user wrote. */
  readonly marker: string;
}

const TIMEOUT_MS = 35_000;
/** The longest wait for a rate limit that counts per minute. */
const RETRY_AFTER_MAX_S = 61;
const RATE_LIMIT_RETRIES = 3;
/** As many records as are looked through before an account counts as somebody's own. */
const LOOK_THROUGH_MAX = 100;

/**
 * One caller of the API. Holds every documented reply against openapi.yml, and knows the records it created, which are
 * the only ones it ever deletes by id.
 */
export class Session {
  readonly #options: SessionOptions;
  /** Paths of what this session created. */
  readonly #created = new Set<string>();
  /** Collections to which this session may have added. */
  readonly #posted = new Set<string>();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  get marker(): string {
    return this.#options.marker;
  }

  /** For the checks that take it apart. Never part of a message. */
  get token(): string {
    return this.#options.token ?? '';
  }

  /** @param path from the base URL, or an absolute address of the same API, such as that in `Link`. */
  async send(method: string, path: string, options: SendOptions = {}): Promise<Reply> {
    const reply = await this.#sendPatiently(method, path, options);
    this.#remember(method, path, reply);
    this.#requireAsDocumented(method, path, reply);
    return reply;
  }

  get(path: string, headers: SendOptions['headers'] = {}): Promise<Reply> {
    return this.send('GET', path, { headers });
  }

  /** The body of a new record, which holds the marker. */
  bodyOf({ create }: Resource, text = 'first'): object {
    return findMarkedBody(create, `${this.marker} ${text}`) ?? {};
  }

  /** A record of this run. @throws when it is not created. */
  async createRecord(
    resource: Resource,
    fields: object = {},
    headers: SendOptions['headers'] = {},
  ): Promise<{ record: RecordBody; path: string; etag: string; reply: Reply }> {
    const json = { ...this.bodyOf(resource), ...fields };
    const reply = requireStatus(await this.send('POST', resource.path, { json, headers }), 201);
    const record = reply.body as RecordBody;
    return { record, path: `${resource.path}/${record.id}`, etag: reply.headers.get('ETag') ?? '', reply };
  }

  /** @throws {Skipped} when the account holds a record that this run did not create, which the check would delete. */
  async requireOnlyOwn({ path, kind }: Resource, { onlyFiltered = false } = {}): Promise<void> {
    const filter = onlyFiltered ? `&${kind.filter}=true` : '';
    const reply = requireStatus(await this.get(`${path}?limit=${LOOK_THROUGH_MAX}${filter}`), 200);
    const records = reply.body as RecordBody[];
    const isOwn = records.every(({ id }) => this.#created.has(`${path}/${id}`)) && !reply.headers.has('Link');
    if (isOwn) return;
    const which = onlyFiltered ? `${kind.filter} ` : '';
    throw new Skipped(`the account has ${which}${kind.plural} of its own, which are left alone`);
  }

  /** Deletes what this session created, also records whose creation was never answered. */
  async cleanUp(): Promise<void> {
    for (const path of this.#created) await this.#remove(path);
    for (const path of this.#posted) await this.#removeMarked(path);
  }

  async #removeMarked(collection: string): Promise<void> {
    const path = `${collection}?sort=-createdAt&limit=${LOOK_THROUGH_MAX}`;
    const newest = await this.#sendPatiently('GET', path, {});
    const records = newest.status === 200 ? (newest.body as RecordBody[]) : [];
    const left = records.filter((record) => JSON.stringify(record).includes(this.marker));
    for (const { id } of left) await this.#remove(`${collection}/${id}`);
  }

  async #remove(path: string): Promise<void> {
    const reply = await this.#sendPatiently('DELETE', path, {});
    if (reply.status !== 200 && reply.status !== 404) throw unexpected(reply, '200 or 404');
    this.#created.delete(path);
  }

  #remember(method: string, path: string, { status, body }: Reply): void {
    if (method === 'POST' && status >= 200 && status < 300)
      this.#created.add(`${path}/${(body as RecordBody).id}`);
    if (method === 'DELETE' && status === 200) this.#created.delete(path);
  }

  /** Waits where the rate of requests is limited, so that a limit makes the run slow and nothing else. */
  async #sendPatiently(method: string, path: string, options: SendOptions): Promise<Reply> {
    for (let attempt = 0; ; attempt += 1) {
      const reply = await this.#sendOnce(method, path, options);
      const waitS = Number(reply.headers.get('Retry-After'));
      const isLimited = reply.status === 429 && waitS <= RETRY_AFTER_MAX_S && attempt < RATE_LIMIT_RETRIES;
      if (!isLimited) return reply;
      await sleep(waitS * 1000);
    }
  }

  async #sendOnce(method: string, path: string, { headers, json, text }: SendOptions): Promise<Reply> {
    const { token, baseUrl } = this.#options;
    if (method === 'POST' && RESOURCES.some((resource) => resource.path === path)) this.#posted.add(path);
    const response = await fetch(path.startsWith('/') ? baseUrl + path : path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (text ?? null) : JSON.stringify(json),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const content = await response.text();
    return {
      asked: `${method} ${path}`,
      status: response.status,
      headers: response.headers,
      text: content,
      body: parse(content),
    };
  }

  #requireAsDocumented(method: string, path: string, reply: Reply): void {
    const { pathname } = new URL(path.startsWith('/') ? this.baseUrl + path : path);
    const operationId = findOperationId(
      method,
      pathname.slice(new URL(this.baseUrl).pathname.replace(/\/$/, '').length),
    );
    const faults = operationId === undefined ? [] : contractFaults(operationId, reply);
    for (const name of ['set-cookie', 'access-control-allow-credentials']) {
      if (reply.headers.has(name)) faults.push(`it has the header ${name}, and the API uses no cookies`);
    }
    if (faults.length > 0) {
      throw new Error(
        `${reply.asked} answered ${reply.status}, and openapi.yml disagrees: ${faults.join('; ')}`,
      );
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws {Error} a sentence with what came instead, unless the status is the expected one. */
export function requireStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status) throw unexpected(reply, String(status));
  return reply;
}

/** @throws {Error} unless the reply is a problem with this status and (one of) these codes. */
export function requireProblem(reply: Reply, status: number, ...codes: readonly string[]): Problem {
  const problem = requireStatus(reply, status).body as Problem;
  if (codes.includes(problem?.code) && problem.status === status && problem.detail !== '') return problem;
  throw unexpected(reply, `${status} ${codes.join(' or ')}`);
}

function unexpected({ asked, status, body }: Reply, expected: string): Error {
  const { code = '', detail = '', message = '' } = (body ?? {}) as Record<string, string>;
  const came = [status, code, detail || message].filter(Boolean).join(' ');
  return new Error(`${asked} should answer ${expected} and answered ${came}`);
}
