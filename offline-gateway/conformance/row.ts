import assert from 'node:assert/strict';
import { isRecord, type UnknownRecord } from '../values.ts';
import { send, type WireReply, type WireRequest } from './client.ts';

/** Which `serverless offline` a row is asked of. `refused/…` never answers: it has to refuse to start. */
export type Configuration = 'default' | 'without stage' | 'no auth' | 'open routes' | `refused/${string}`;

/** Sends to the service under test, stage and all. */
export type Ask = (path: string, request?: WireRequest) => Promise<WireReply>;

/** One difference: what AWS does, as a check that throws where it is done differently. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Ids of the facts in API-GATEWAY.md. rows.ts adds them. */
  readonly facts?: readonly string[];
  /** `fixed`, or why not. `optional`: AWS' side is contested, and the default can be changed. */
  readonly state: 'fixed' | 'optional' | 'out of scope';
  readonly reason?: string;
  readonly configuration: Configuration;
  /** The sentence with which a refused configuration does not start. */
  readonly refusal?: RegExp;
  /** For a refused configuration there is no server to ask: starting it is the check. */
  readonly check: (ask: Ask) => Promise<void>;
}

/** @param check asks the default configuration. */
export function fixed(
  id: string,
  title: string,
  check: Row['check'],
  configuration: Configuration = 'default',
): Row {
  return { id, title, state: 'fixed', configuration, check };
}

export function bearer(token: string): WireRequest {
  return { headers: [['Authorization', `Bearer ${token}`]] };
}

/** Status and body, byte for byte. */
export function expectReply(reply: WireReply, status: number, body: string): void {
  assert.deepEqual({ status: reply.status, body: reply.body }, { status, body });
}

/** A gateway response with its error type. */
export function expectError(reply: WireReply, status: number, errorType: string, body: string): void {
  expectReply(reply, status, body);
  assert.deepEqual(reply.header('x-amzn-ErrorType'), [errorType]);
}

/** The event that the echoing function received. */
export function eventOf(reply: WireReply): UnknownRecord {
  assert.equal(reply.status, 200);
  return requireRecord(reply.json());
}

export function contextOf(reply: WireReply): UnknownRecord {
  return requireRecord(eventOf(reply)['requestContext']);
}

export function authorizerOf(reply: WireReply): UnknownRecord {
  return requireRecord(contextOf(reply)['authorizer']);
}

/** The event that the authorizer received: it hands it on in its context. */
export function authorizerEventOf(reply: WireReply): UnknownRecord {
  const { seen } = authorizerOf(reply);
  assert.ok(typeof seen === 'string');
  return requireRecord(JSON.parse(seen));
}

export function requireRecord(value: unknown): UnknownRecord {
  assert.ok(isRecord(value), 'an object was expected');
  return value;
}

/** Sends to the service at `url` under its stage. */
export function makeAsk(url: string, basePath: string): Ask {
  return (path, request) => send(url, `${basePath}${path}`, request);
}

export { assert };
