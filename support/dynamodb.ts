import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { parse } from 'yaml';
import type { Env } from '../common/env.ts';
import { type ConnectedClient, makeDynamoClient } from '../functions/store/dynamo-client.ts';
import type { DynamoClient } from '../functions/store/dynamo-operations.ts';
import { makeDynamoStore } from '../functions/store/dynamo-store.ts';
import { closeIterators } from '../local/database/dynalite-iterators.ts';
import type { StoreOf } from './resources.ts';

/** The stores of every kind over one table. */
export function storesIn(tableName: string, client: DynamoClient): StoreOf {
  return (kind) => makeDynamoStore({ kind, client, tableName });
}

/** A DynamoDB of this process. */
export interface Embedded {
  readonly endpoint: string;
  /** Waits as long as it takes. The client that is deployed does not, and a busy machine exceeds its time-outs. */
  readonly client: DynamoClient;
  /** The SDK's own client, for what the store never asks. */
  readonly sdk: DynamoDBClient;
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
  const sdk = clientOf(endpoint);
  const stop = async () => sdk.destroy();
  return {
    endpoint,
    client: viaSdk(sdk),
    sdk,
    freshTable: () => makeTable(sdk, `tasks-${randomUUID()}`),
    stop,
  };
}

async function startDynalite(): Promise<Embedded> {
  closeIterators();
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  const endpoint = await listen(server);
  const sdk = clientOf(endpoint);
  let tables = 0;
  return {
    endpoint,
    client: viaSdk(sdk),
    sdk,
    freshTable: () => makeTable(sdk, `tasks-${++tables}`),
    stop: async () => {
      sdk.destroy();
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

/** The client that is deployed, in the environment that Lambda gives it, and pointed at an endpoint. */
export function deployedClient(endpoint: string, changes: Env = {}): ConnectedClient {
  return makeDynamoClient({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    ...changes,
  });
}

const COMMANDS = {
  BatchWriteItem: BatchWriteItemCommand,
  DeleteItem: DeleteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  UpdateItem: UpdateItemCommand,
};

/** What the store asks through, over the SDK's own client. With its middleware a test reaches into single attempts. */
export function viaSdk(client: DynamoDBClient): DynamoClient {
  return {
    send: (operation, input, options) => {
      const Command = COMMANDS[operation] as typeof GetItemCommand;
      return client.send(new Command(input as GetItemCommandInput), options) as Promise<never>;
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let properties: Omit<CreateTableCommandInput, 'TableName'> | undefined;

/** The keys and indexes of the table that is deployed. */
function tableProperties(): Omit<CreateTableCommandInput, 'TableName'> {
  properties ??= readTableProperties();
  return properties;
}

function readTableProperties(): Omit<CreateTableCommandInput, 'TableName'> {
  const text = readFileSync(new URL('../deploy/table.yml', import.meta.url), 'utf8');
  const { Properties } = parse(text, { logLevel: 'silent', merge: true }).Resources.TasksTable;
  const { BillingMode, AttributeDefinitions, KeySchema, LocalSecondaryIndexes } = Properties;
  return { BillingMode, AttributeDefinitions, KeySchema, LocalSecondaryIndexes };
}

/**
 * A client that counts every attempt, retries included, and tells when the first query was answered.
 *
 * @param answerMs how long it keeps each answer back.
 */
export function watchedClient(endpoint: string, answerMs = 0) {
  const client = clientOf(endpoint);
  const begun = Promise.withResolvers<void>();
  const seen = { requests: 0, begun: begun.promise };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        seen.requests += 1;
        const result = await next(args);
        if (commandName === 'QueryCommand') begun.resolve();
        await sleep(answerMs);
        return result;
      },
    { step: 'deserialize' },
  );
  return { client, seen };
}
