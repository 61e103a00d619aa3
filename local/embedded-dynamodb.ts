import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import dynalite from 'dynalite';
import { findErrorCode } from './local-problem.ts';
import { LOOPBACK, listenOn, type PortClaim } from './ports.ts';

export interface EmbeddedDynamoDb {
  readonly url: string;
  /** Where the items are, absolute. */
  readonly directory: string;
  readonly stop: () => Promise<void>;
}

/** A stack that was stopped a moment ago may still hold the files. */
const PATIENCE_MS = 2000;
const RETRY_MS = 100;

/**
 * DynamoDB in this process: dynalite over LevelDB, on the loopback address. Every write goes to the operating system
 * before it is acknowledged, so an item survives `kill -9`.
 */
export async function startEmbeddedDynamoDb(
  claim: PortClaim,
  dataDirectory: string,
): Promise<EmbeddedDynamoDb> {
  const directory = await chooseDirectory(claim, dataDirectory);
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await listenOn(server, claim);
  return {
    url: `http://${LOOPBACK}:${port}`,
    directory,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/**
 * One folder for whatever port, so that a change of ports keeps the tasks. LevelDB lets one process in: a second stack
 * beside the first keeps its own.
 */
async function chooseDirectory({ port }: PortClaim, dataDirectory: string): Promise<string> {
  const shared = join(dataDirectory, 'dynamodb');
  mkdirSync(shared, { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (await isLocked(shared)) {
    if (Date.now() >= deadline) return chooseOwnDirectory(shared, port);
    await sleep(RETRY_MS);
  }
  return shared;
}

function chooseOwnDirectory(shared: string, port: number): string {
  const own = `${shared}-${port}`;
  mkdirSync(own, { recursive: true });
  console.error(
    `Another stack is using ${relative('.', shared)}, so this one keeps its tasks in ${relative('.', own)}.`,
  );
  return own;
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
  const requireBesideDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level }: { Level: new (path: string) => LevelDatabase } = requireBesideDynalite('level');
  return new Level(directory);
}
