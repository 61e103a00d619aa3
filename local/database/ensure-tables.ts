import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { findErrorCode, LocalProblem } from '../settings/local-problem.ts';
import { isSameTable, type Resources, toTableDefinitions } from './table-definitions.ts';

const ACTIVE_POLL_MS = 10;

export interface DatabaseAddress {
  /** Loopback only: this client can reach nothing else, whatever AWS settings the machine has. */
  readonly endpoint: string;
  readonly region: string;
  /** What to say when a table on disk is not the one wanted: how the developer gets rid of it. */
  readonly cure: string;
}

/** Where the tables come from, and the region that a client has to name. */
export interface TablePlan {
  /** `resources.Resources` of serverless.yml. */
  readonly resources: Resources;
  readonly region: string;
}

/** {@link ensureTables} for every table of serverless.yml. */
export function createTables(
  { resources, region }: TablePlan,
  { url, cure }: { readonly url: string; readonly cure: string },
): Promise<void> {
  return ensureTables({ endpoint: url, region, cure }, [...toTableDefinitions(resources).values()]);
}

/**
 * Creates the tables that are missing and leaves those that are there.
 *
 * @throws {LocalProblem} when one that is there has other keys or indexes: nothing is deleted without being asked. And
 *   when no database answers.
 */
export async function ensureTables(
  address: DatabaseAddress,
  definitions: readonly CreateTableCommandInput[],
): Promise<void> {
  const { endpoint, region } = address;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    await Promise.all(definitions.map((definition) => ensureTable(client, definition, address)));
  } catch (error) {
    if (findErrorCode(error) !== 'ECONNREFUSED') throw error;
    throw new LocalProblem(
      `No DynamoDB answers at ${endpoint}. Start it, or unset AWS_ENDPOINT_URL_DYNAMODB.`,
    );
  } finally {
    client.destroy();
  }
}

async function ensureTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
  { cure }: DatabaseAddress,
): Promise<void> {
  const found = await findTable(client, definition.TableName);
  if (found === undefined) await client.send(new CreateTableCommand(definition));
  else if (!isSameTable(definition, found)) {
    throw new LocalProblem(
      `The local table ${definition.TableName} has other keys or indexes than serverless.yml. ${cure}`,
    );
  }
  while ((await findTable(client, definition.TableName))?.TableStatus !== 'ACTIVE')
    await sleep(ACTIVE_POLL_MS);
}

async function findTable(
  client: DynamoDBClient,
  name: string | undefined,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
