import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { parse } from 'yaml';
import { makeDynamoStore } from '../functions/store/dynamo-store.ts';
import { closeIterators } from '../local/database/dynalite-iterators.ts';
import type { StoreOf } from './resources.ts';

/** The stores of every kind over one table. */
export function storesIn(tableName: string, client: DynamoDBClient): StoreOf {
  return (kind) => makeDynamoStore({ kind, client, tableName });
}

/** A DynamoDB of this process. */
export interface Embedded {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** A new empty table as deploy/table.yml describes it. */
  readonly freshTable: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * A running DynamoDB Local to test against instead of dynalite, such as `http://127.0.0.1:8765`. Set by
 * `npm run test:dynamodb-local`.
 */
const DYNAMODB_LOCAL = process.env['DYNAMODB_LOCAL_ENDPOINT'];

/** dynalite in memory, on a free loopback port; or DynamoDB Local, when a run is about that. */
export async function startDynamo(): Promise<Embedded> {
  return DYNAMODB_LOCAL === undefined ? startDynalite() : connectTo(DYNAMODB_LOCAL);
}

/** A database that others use at the same time: only the tables made here are touched. */
function connectTo(endpoint: string): Embedded {
  const client = clientOf(endpoint);
  const stop = async () => client.destroy();
  return { endpoint, client, freshTable: () => makeTable(client, `tasks-${randomUUID()}`), stop };
}

async function startDynalite(): Promise<Embedded> {
  closeIterators();
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  const endpoint = await listen(server);
  const client = clientOf(endpoint);
  let tables = 0;
  return {
    endpoint,
    client,
    freshTable: () => makeTable(client, `tasks-${++tables}`),
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function makeTable(client: DynamoDBClient, TableName: string): Promise<string> {
  await client.send(new CreateTableCommand({ TableName, ...tableProperties() }));
  await waitUntilTableExists({ client, minDelay: 0.01, maxDelay: 0.05, maxWaitTime: 5 }, { TableName });
  return TableName;
}

/** A DynamoDB that answers every request alike, never, or by cutting the connection. */
export async function startBrokenDynamo(answer: 'silence' | 'cut' | { status: number; error: string }) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    if (answer === 'cut') request.destroy();
    if (typeof answer === 'string') return;
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${answer.error}`, message: 'secret' }),
    );
  });
  const endpoint = await listen(server);
  return {
    endpoint,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The keys and indexes of the table that is deployed. */
function tableProperties(): Omit<CreateTableCommandInput, 'TableName'> {
  const text = readFileSync(new URL('../deploy/table.yml', import.meta.url), 'utf8');
  const { Properties } = parse(text, { logLevel: 'silent', merge: true }).Resources.TasksTable;
  const { BillingMode, AttributeDefinitions, KeySchema, LocalSecondaryIndexes } = Properties;
  return { BillingMode, AttributeDefinitions, KeySchema, LocalSecondaryIndexes };
}
