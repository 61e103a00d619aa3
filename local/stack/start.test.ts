import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../offline-gateway/conformance/free-ports.ts';
import { startEmbeddedDynamoDb } from '../database/embedded-dynamodb.ts';
import { readLocalSettings } from '../settings/local-settings.ts';
import type { LocalStack } from './announcement.ts';
import { startStack } from './start.ts';

const RESOURCES = {
  Notes: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
};
const BRING_YOUR_OWN = {
  LOCAL_AUTH: 'off',
  BETTER_AUTH_URL: 'https://auth.example.com',
  BETTER_AUTH_SECRET: 'a secret of the tests that is long enough',
};
const running: Pick<LocalStack, 'stop'>[] = [];

async function start(env: Record<string, string>): Promise<LocalStack> {
  const settings = readLocalSettings(env, mkdtempSync(join(tmpdir(), 'stack-')));
  const stack = await startStack({ settings, resources: RESOURCES, region: 'eu-central-1' });
  running.push(stack);
  return stack;
}

async function tablesAt(endpoint: string): Promise<string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  client.destroy();
  return TableNames;
}

afterEach(() => Promise.all(running.splice(0).map((stack) => stack.stop())));

describe('startStack', () => {
  it('has table and token ready when it is done', async () => {
    const [auth, database] = await freePorts(2);
    const { databaseUrl, signIn } = await start({ AUTH_PORT: `${auth}`, DYNAMODB_PORT: `${database}` });
    expect(await tablesAt(databaseUrl)).toEqual(['Notes']);
    expect(signIn).toMatchObject({ url: `http://localhost:${auth}`, token: expect.stringMatching(/^ey/) });
  });

  it('starts no sign-in server when the developer has one', async () => {
    const [database] = await freePorts(1);
    expect((await start({ ...BRING_YOUR_OWN, DYNAMODB_PORT: `${database}` })).signIn).toBeUndefined();
  });

  it('uses another database on this machine and creates the table there', async () => {
    const claim = { port: 0, purpose: 'another DynamoDB', variable: 'NONE' };
    const other = await startEmbeddedDynamoDb(claim, mkdtempSync(join(tmpdir(), 'other-')));
    running.push(other);
    const stack = await start({ ...BRING_YOUR_OWN, AWS_ENDPOINT_URL_DYNAMODB: other.url });
    expect(stack).toMatchObject({ databaseUrl: other.url, databaseDirectory: undefined });
    expect(await tablesAt(other.url)).toEqual(['Notes']);
  });

  it('asks nothing of a database on another machine, which may be real', async () => {
    // An address for documentation (RFC 5737): no request is sent.
    const AWS_ENDPOINT_URL_DYNAMODB = 'https://192.0.2.1';
    const stack = await start({ ...BRING_YOUR_OWN, AWS_ENDPOINT_URL_DYNAMODB });
    expect(stack.databaseUrl).toBe(AWS_ENDPOINT_URL_DYNAMODB);
  });

  it('does not start with a database whose host has no address', async () => {
    const AWS_ENDPOINT_URL_DYNAMODB = 'https://dynamodb.example.invalid';
    await expect(start({ ...BRING_YOUR_OWN, AWS_ENDPOINT_URL_DYNAMODB })).rejects.toThrow(
      'The host dynamodb.example.invalid of AWS_ENDPOINT_URL_DYNAMODB has no address.',
    );
  });
});
