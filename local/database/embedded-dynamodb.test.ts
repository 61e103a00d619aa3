import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startEmbeddedDynamoDb } from './embedded-dynamodb.ts';
import { ensureTables } from './ensure-tables.ts';

const DATABASE_PROCESS = fileURLToPath(new URL('../fixtures/database-process.ts', import.meta.url));
const TABLE = {
  TableName: 'Notes',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'owner', AttributeType: 'S' },
    { AttributeName: 'note', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'owner', KeyType: 'HASH' },
    { AttributeName: 'note', KeyType: 'RANGE' },
  ],
} as const;
const ALL_NOTES = {
  TableName: 'Notes',
  KeyConditionExpression: '#owner = :owner',
  ExpressionAttributeNames: { '#owner': 'owner' },
  ExpressionAttributeValues: { ':owner': { S: 'ann' } },
};
const FIX = 'Delete the folder and start again.';
const cleanUps: (() => unknown)[] = [];

const freshDirectory = () => mkdtempSync(join(tmpdir(), 'dynamodb-'));
const put = (note: string) =>
  new PutItemCommand({ TableName: 'Notes', Item: { owner: { S: 'ann' }, note: { S: note } } });

async function open(dataDirectory: string) {
  const claim = { port: 0, purpose: 'the embedded DynamoDB', variable: 'DYNAMODB_PORT' };
  const database = await startEmbeddedDynamoDb(claim, dataDirectory);
  const client = connect(database.url);
  cleanUps.push(() => database.stop());
  return { ...database, client, address: { endpoint: database.url, region: 'eu-central-1', fix: FIX } };
}

function connect(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  cleanUps.push(() => client.destroy());
  return client;
}

/** The same database in a process that can be killed. */
async function openElsewhere(dataDirectory: string) {
  const child: ChildProcess = fork(DATABASE_PROCESS, [dataDirectory], { execArgv: [], env: process.env });
  cleanUps.push(() => child.kill('SIGKILL'));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('the embedded DynamoDB', () => {
  it('keeps tables and items over a restart', async () => {
    const directory = freshDirectory();
    const before = await open(directory);
    await ensureTables(before.address, [TABLE as never]);
    await before.client.send(put('buy milk'));
    await before.stop();
    const after = await open(directory);
    await ensureTables(after.address, [TABLE as never]);
    const { Items } = await after.client.send(new ScanCommand({ TableName: 'Notes' }));
    expect(Items).toEqual([{ owner: { S: 'ann' }, note: { S: 'buy milk' } }]);
  });

  it('loses no acknowledged write to kill -9', async () => {
    const directory = freshDirectory();
    const { child, url } = await openElsewhere(directory);
    await ensureTables({ endpoint: url, region: 'eu-central-1', fix: FIX }, [TABLE as never]);
    const acknowledged = await writeUntilKilled(connect(url), child);
    expect(acknowledged.length).toBeGreaterThan(20);
    const { client } = await open(directory);
    expect(await readNotes(client)).toEqual(expect.arrayContaining(acknowledged));
  });

  it.each([
    ['to its end', undefined],
    ['in part', 2],
  ])('lets go of a list that was read %s', async (_, Limit) => {
    const { address, client } = await open(freshDirectory());
    await ensureTables(address, [TABLE as never]);
    for (const note of ['buy milk', 'call home', 'rest']) await client.send(put(note));
    const countOpen = countOpenIterators();
    for (let list = 0; list < 10; list += 1) {
      await client.send(new QueryCommand({ ...ALL_NOTES, Limit }));
      await client.send(new ScanCommand({ TableName: 'Notes', Limit }));
    }
    // The answer may be there a moment before the list is let go of.
    for (let wait = 0; wait < 20 && countOpen() > 0; wait += 1) await sleep(10);
    expect(countOpen()).toBe(0);
  });

  it('leaves a table with other keys alone and says how to be rid of it', async () => {
    const { address } = await open(freshDirectory());
    await ensureTables(address, [TABLE as never]);
    const other = {
      ...TABLE,
      AttributeDefinitions: [TABLE.AttributeDefinitions[0]],
      KeySchema: [TABLE.KeySchema[0]],
    };
    await expect(ensureTables(address, [other as never])).rejects.toThrow(
      `The local table Notes has other keys or indexes than serverless.yml. ${FIX}`,
    );
  });

  it('gives a second stack that runs at the same time a folder of its own', async () => {
    const directory = freshDirectory();
    const { url } = await openElsewhere(directory);
    // As a stack does at once: dynalite opens its files with the first request.
    await ensureTables({ endpoint: url, region: 'eu-central-1', fix: FIX }, [TABLE as never]);
    const second = await open(directory);
    expect(second).toMatchObject({ isSecondStack: true, directory: join(directory, 'dynamodb-0') });
    await expect(ensureTables(second.address, [TABLE as never])).resolves.toBeUndefined();
  });
});

/** How many iterators of LevelDB are open: each keeps a snapshot of the database in memory. */
function countOpenIterators(): () => number {
  const requireFromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = requireFromDynalite('level');
  const opened = jest.spyOn(Level.prototype, 'attachResource');
  const closed = jest.spyOn(Level.prototype, 'detachResource');
  cleanUps.push(() => opened.mockRestore());
  cleanUps.push(() => closed.mockRestore());
  return () => {
    expect(opened).toHaveBeenCalled();
    return opened.mock.calls.length - closed.mock.calls.length;
  };
}

/** Four writers at once, so that the kill falls into the middle of something. */
async function writeUntilKilled(client: DynamoDBClient, child: ChildProcess): Promise<string[]> {
  const acknowledged: string[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const note = `${writer}-${count}`;
      const isWritten = await client.send(put(note)).then(
        () => true,
        () => false,
      );
      if (!isWritten) return;
      acknowledged.push(note);
      if (acknowledged.length === 200) child.kill('SIGKILL');
    }
  };
  await Promise.all([0, 1, 2, 3].map(write));
  return acknowledged;
}

async function readNotes(client: DynamoDBClient): Promise<(string | undefined)[]> {
  const { Items = [] } = await client.send(new QueryCommand(ALL_NOTES));
  return Items.map(({ note }) => note?.S);
}
