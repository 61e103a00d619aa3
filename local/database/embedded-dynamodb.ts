import { mkdirSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import dynalite from 'dynalite';
import { findErrorCode } from '../settings/local-problem.ts';
import { guardPort } from '../settings/port-guard.ts';
import { LOOPBACK, listenOn, type PortClaim } from '../settings/ports.ts';
import { type Refusal, type WholeRequest, withWholeRequest } from '../settings/whole-request.ts';
import { closeIterators } from './dynalite-iterators.ts';
import { type FindDenial, makeFindDenial, type Permissions } from './permissions.ts';

export interface EmbeddedDynamoDb {
  readonly url: string;
  /** Where the items are, absolute. */
  readonly directory: string;
  /** Whether another stack runs in the same project at the same time, so that this one keeps its own data. */
  readonly isSecondStack: boolean;
  readonly stop: () => Promise<void>;
}

/** A stack that was stopped a moment ago may still hold the files. */
const PATIENCE_MS = 2000;
const RETRY_MS = 100;

/**
 * DynamoDB in this process: dynalite over LevelDB, on the loopback address. Every write goes to the operating system
 * before it is acknowledged, so an item survives `kill -9`.
 *
 * @param permissions what functions may do; everything unless given.
 */
export async function startEmbeddedDynamoDb(
  claim: PortClaim,
  dataDirectory: string,
  permissions?: Permissions,
): Promise<EmbeddedDynamoDb> {
  const shared = join(dataDirectory, 'dynamodb');
  const directory = await chooseDirectory(shared, claim);
  closeIterators();
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  readRequestsWhole(server, permissions && makeFindDenial(permissions));
  guardPort(server, { localPages: 'refused' });
  const port = await listenOn(server, claim);
  return {
    url: `http://${LOOPBACK}:${port}`,
    directory,
    isSecondStack: directory !== shared,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** DynamoDB's own limit. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;
/** dynalite answers text that is not JSON, and throws for JSON that is not an object. */
const NOT_JSON = Buffer.from('{');

/** dynalite would throw for an upload that breaks off, and let any page read its answers. */
function readRequestsWhole(server: Server, findDenial: FindDenial | undefined): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const prepare = ({ headers: { origin: _, ...headers }, body }: WholeRequest): WholeRequest => ({
    headers,
    body: body.length === 0 || /^\s*\{/.test(body.toString('latin1', 0, 100)) ? body : NOT_JSON,
  });
  const refuse = findDenial && ((request: WholeRequest) => accessDenied(findDenial, request));
  for (const listener of listeners) {
    server.on('request', withWholeRequest({ maximumBytes: MAXIMUM_BODY_BYTES, prepare, refuse }, listener));
  }
}

/** DynamoDB's own answer to a call that the role of the caller does not allow. */
function accessDenied(findDenial: FindDenial, { headers, body }: WholeRequest): Refusal | undefined {
  const [, accessKey] = /Credential=([^/,]+)/.exec(headers.authorization ?? '') ?? [];
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
  const denial = findDenial({ accessKey, operation, body: parse(body) });
  if (denial === undefined) return undefined;
  // Functions log the name of the exception alone.
  console.error(`${denial}. Its permissions are in serverless.yml; LOCAL_IAM=off allows every call.`);
  return {
    status: 400,
    contentType: 'application/x-amz-json-1.0',
    body: { __type: 'com.amazon.coral.service#AccessDeniedException', Message: denial },
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // dynalite answers it.
    return undefined;
  }
}

/**
 * One folder for all ports, so that a change of ports keeps the tasks. LevelDB allows one process: a second stack that
 * runs at the same time gets its own folder.
 */
async function chooseDirectory(shared: string, { port }: PortClaim): Promise<string> {
  mkdirSync(shared, { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (await isLocked(shared)) {
    if (Date.now() >= deadline) return `${shared}-${port}`;
    await sleep(RETRY_MS);
  }
  return shared;
}

interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the files for a moment: dynalite itself would only fail at the first request, and take the process along. */
async function isLocked(directory: string): Promise<boolean> {
  const database = openLevel(directory);
  try {
    await database.open();
  } catch (error) {
    if (findErrorCode(Object(error).cause) === 'LEVEL_LOCKED') return true;
    throw error;
  }
  await database.close();
  return false;
}

/** The very LevelDB that dynalite opens its files with. */
function openLevel(directory: string): LevelDatabase {
  const requireFromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level }: { Level: new (path: string) => LevelDatabase } = requireFromDynalite('level');
  return new Level(directory);
}
