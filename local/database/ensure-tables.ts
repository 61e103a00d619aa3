import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { findErrorCode, LocalProblem } from '../settings/local-problem.ts';
import { isSameTable, type Resources, toExpiryAttributes, toTableDefinitions } from './table-definitions.ts';

const ACTIVE_POLL_MS = 10;
/** Codes of the system for a port at which nothing answers. */
const NO_ANSWER = ['ECONNREFUSED', 'ETIMEDOUT'];

export interface DatabaseAddress {
  /** Loopback only: this client reaches no other address, with any AWS settings of the machine. */
  readonly endpoint: string;
  readonly region: string;
  /** What to say when a table on disk is not the one wanted: how the developer gets rid of it. */
  readonly fix: string;
}

/** Where the tables come from, and the region that a client has to name. */
export interface TablePlan {
  /** `resources.Resources` of serverless.yml. */
  readonly resources: Resources;
  readonly region: string;
}

/**
 * {@link ensureTables} for every table of serverless.yml.
 *
 * @param database `expires` when it has time to live; the embedded one does not.
 */
export function createTables(
  { resources, region }: TablePlan,
  { url, fix, expires }: { readonly url: string; readonly fix: string; readonly expires: boolean },
): Promise<void> {
  const address = { endpoint: url, region, fix };
  const expiry = expires ? toExpiryAttributes(resources) : new Map<string, string>();
  return ensureTables(address, [...toTableDefinitions(resources).values()], expiry);
}

/**
 * Creates the tables that are missing and leaves those that are there.
 *
 * @param expiry the attribute after which items expire, by table name.
 * @throws {LocalProblem} when one that is there has other keys or indexes: nothing is deleted without being asked. And
 *   when no database answers.
 */
export async function ensureTables(
  address: DatabaseAddress,
  definitions: readonly CreateTableCommandInput[],
  expiry: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { endpoint, region } = address;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    await Promise.all(definitions.map((definition) => ensureTable(client, definition, address)));
    await Promise.all([...expiry].map(([table, attribute]) => ensureExpiry(client, table, attribute)));
  } catch (error) {
    if (!NO_ANSWER.includes(findErrorCode(error) ?? '')) throw error;
    throw new LocalProblem(
      `No DynamoDB answers at ${endpoint}. Start it, or unset AWS_ENDPOINT_URL_DYNAMODB.`,
    );
  } finally {
    client.destroy();
  }
}

/**
 * @param endpoint of the database, from AWS_ENDPOINT_URL_DYNAMODB.
 * @throws {LocalProblem} when its host has no address.
 */
export async function requireKnownHost(endpoint: string): Promise<void> {
  const { hostname } = new URL(endpoint);
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    throw new LocalProblem(
      `The host ${hostname} of AWS_ENDPOINT_URL_DYNAMODB has no address. Correct it, or unset it for the embedded DynamoDB.`,
    );
  }
}

async function ensureTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
  { fix }: DatabaseAddress,
): Promise<void> {
  const found = await findTable(client, definition.TableName);
  if (found === undefined) await client.send(new CreateTableCommand(definition));
  else if (!isSameTable(definition, found)) {
    throw new LocalProblem(
      `The local table ${definition.TableName} has other keys or indexes than serverless.yml. ${fix}`,
    );
  }
  while ((await findTable(client, definition.TableName))?.TableStatus !== 'ACTIVE')
    await sleep(ACTIVE_POLL_MS);
}

async function ensureExpiry(client: DynamoDBClient, table: string, attribute: string): Promise<void> {
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true };
  try {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL')) return;
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  } catch (error) {
    // Emulators without time to live, such as dynalite, do not know these operations.
    if (Object(error).name !== 'UnknownOperationException') throw error;
  }
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
