import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedDynamoDb } from './embedded-dynamodb.ts';
import { createTables, requireKnownHost } from './ensure-tables.ts';

const TABLE = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
};
const withExpiry = (Enabled: boolean) => ({
  Notes: {
    Type: 'AWS::DynamoDB::Table',
    Properties: { ...TABLE, TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled } },
  },
});

let server: Server;
let status: string;
let updates: unknown[];

/** As much of DynamoDB as one table needs that is there already. */
function answer(operation: string, input: unknown): unknown {
  if (operation === 'DescribeTable') return { Table: { ...TABLE, TableStatus: 'ACTIVE' } };
  if (operation === 'DescribeTimeToLive') return { TimeToLiveDescription: { TimeToLiveStatus: status } };
  updates.push(input);
  return {};
}

beforeEach(async () => {
  status = 'DISABLED';
  updates = [];
  server = createServer(async (request, response) => {
    const body = await new Response(request as never).json();
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    response
      .setHeader('Content-Type', 'application/x-amz-json-1.0')
      .end(JSON.stringify(answer(operation, body)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => {
  server.close();
});

const create = (enabled: boolean, expires: boolean) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createTables({ resources: withExpiry(enabled), region: 'eu-central-1' }, { url, fix: '', expires });
};

describe('a table in a DynamoDB of its own', () => {
  it('gets the time to live of serverless.yml', async () => {
    await create(true, true);
    const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true };
    expect(updates).toEqual([{ TableName: 'Notes', TimeToLiveSpecification }]);
  });

  it.each(['ENABLED', 'ENABLING'])('keeps a time to live that is %s', async (found) => {
    status = found;
    await create(true, true);
    expect(updates).toEqual([]);
  });

  it('gets none that serverless.yml disables, and none where the database has none', async () => {
    await create(false, true);
    await create(true, false);
    expect(updates).toEqual([]);
  });
});

describe('another emulator', () => {
  it('may be one that has no time to live', async () => {
    const claim = { port: 0, purpose: 'the embedded DynamoDB', variable: 'DYNAMODB_PORT' };
    const { url, stop } = await startEmbeddedDynamoDb(claim, mkdtempSync(join(tmpdir(), 'dynamodb-')));
    const plan = { resources: withExpiry(true), region: 'eu-central-1' };
    try {
      await expect(createTables(plan, { url, fix: '', expires: true })).resolves.toBeUndefined();
    } finally {
      await stop();
    }
  });
});

describe('the host of the database', () => {
  it('is named when it has no address', async () => {
    await expect(requireKnownHost('http://dynamodb.invalid:8000')).rejects.toThrow(
      'The host dynamodb.invalid of AWS_ENDPOINT_URL_DYNAMODB has no address. Correct it, or unset it',
    );
  });

  it.each(['http://127.0.0.1:4702', 'http://[::1]:4702', 'http://localhost:4702'])(
    'is known: %s',
    async (url) => {
      await expect(requireKnownHost(url)).resolves.toBeUndefined();
    },
  );
});
