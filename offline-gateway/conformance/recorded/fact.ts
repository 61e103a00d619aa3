import assert from 'node:assert/strict';
import { isRecord } from '../../values.ts';
import type { RawReply, RawRequest } from './socket.ts';

/** Which of the two services is asked: see fixtures/recorded. */
export type Setting = 'plain' | 'configured';

/** What a reply has to be. Members that are not named are not looked at. */
export interface Expected {
  readonly status?: number;
  readonly body?: string;
  /** The body as base64, for bytes that are not text. */
  readonly bytes?: string;
  /** Values by header name, any case; several lines are joined with `, `. `undefined`: there is no such header. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>;
  /** The name of a header in exactly this spelling. */
  readonly spelling?: string;
  /** Members of the JSON body by their path, such as `requestContext.path`. A header may be in the path: it has no dot. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Names of an object's members, in any order. The empty path is the body itself. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

/** One fact that a recording of API Gateway shows, as a request and what came back. */
export interface RecordedFact {
  readonly id: string;
  readonly fact: string;
  /** File, test and key of the recording. */
  readonly recording: string;
  readonly setting: Setting;
  readonly request: RawRequest;
  readonly expected: Expected;
}

/** A fact before it has an id. */
export type Observation = Omit<RecordedFact, 'id' | 'setting'> & { readonly setting?: Setting };

/** Numbers observations from `first`. New ones go at the end, so that ids stay. */
export function numbered(first: number, observations: readonly Observation[]): readonly RecordedFact[] {
  return observations.map((one, at) => ({ setting: 'plain', ...one, id: `GW-${first + at}` }));
}

/**
 * @throws {AssertionError} where the reply is not as recorded.
 */
export function checkReply(reply: RawReply, expected: Expected): void {
  const text = reply.body.toString('utf8');
  if (expected.status !== undefined) assert.equal(reply.status, expected.status, text.slice(0, 200));
  if (expected.body !== undefined) assert.equal(text, expected.body);
  if (expected.bytes !== undefined) assert.equal(reply.body.toString('base64'), expected.bytes);
  for (const [name, value] of Object.entries(expected.headers ?? {})) checkHeader(reply, name, value);
  if (expected.spelling) assert.ok(reply.headers.some(([name]) => name === expected.spelling));
  for (const [path, value] of Object.entries(expected.members ?? {})) checkMember(text, path, value);
  for (const [path, names] of Object.entries(expected.names ?? {})) {
    const found = memberAt(text, path);
    assert.ok(isRecord(found), `${path} is no object`);
    assert.deepEqual(Object.keys(found).toSorted(), names.toSorted());
  }
}

function checkHeader(reply: RawReply, asked: string, value: string | RegExp | undefined): void {
  const values = reply.headers.filter(([name]) => name.toLowerCase() === asked.toLowerCase());
  const found = values.length === 0 ? undefined : values.map(([, one]) => one).join(', ');
  if (value instanceof RegExp) assert.match(found ?? '', value);
  else assert.equal(found, value, `${asked} is ${found}`);
}

function checkMember(text: string, path: string, value: unknown): void {
  const found = memberAt(text, path);
  if (value instanceof RegExp) assert.match(String(found), value);
  else assert.deepEqual(found, value);
}

function memberAt(text: string, path: string): unknown {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    assert.fail(`the body is not JSON: ${text.slice(0, 80)}`);
  }
  for (const name of path === '' ? [] : path.split('.')) {
    found = isRecord(found) || Array.isArray(found) ? Reflect.get(found, name) : undefined;
  }
  return found;
}
