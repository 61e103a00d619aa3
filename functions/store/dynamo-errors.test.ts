import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { deployedClient, startBrokenDynamo } from '../../support/dynamodb.ts';
import { sampleTask, tasks } from '../../support/kinds.ts';
import { makeDynamoStore } from './dynamo-store.ts';

const FIND_RECORD = fileURLToPath(new URL('../../support/find-record.ts', import.meta.url));
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Points the client that is deployed at an endpoint, by the standard variables. */
function environmentFor(endpoint: string) {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

async function brokenStore(answer: Parameters<typeof startBrokenDynamo>[0]) {
  const broken = await startBrokenDynamo(answer);
  cleanUps.push(broken.stop);
  const client = deployedClient(broken.endpoint);
  cleanUps.push(async () => client.destroy());
  return { store: makeDynamoStore({ kind: tasks, client, tableName: 'tasks' }), requests: broken.requests };
}

async function findTaskAt(endpoint: string): Promise<{ code: string; ms: number }> {
  const env = { ...process.env, ...environmentFor(endpoint) };
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', FIND_RECORD], { env });
  return JSON.parse(stdout);
}

describe('the DynamoDB store', () => {
  it.each([
    ['throttles by throughput', 400, 'ProvisionedThroughputExceededException'],
    ['throttles by rate', 400, 'ThrottlingException'],
    ['throttles by account', 400, 'RequestLimitExceeded'],
    ['fails inside', 500, 'InternalServerError'],
    ['is unavailable', 503, 'ServiceUnavailable'],
    ['fails in a way not seen before', 502, 'SomethingNew'],
  ])('is unavailable when DynamoDB %s, after three attempts', async (_name, status, error) => {
    // The longest pauses after throttling leave no time for a third attempt.
    jest.spyOn(Math, 'random').mockReturnValue(0.1);
    const { store, requests } = await brokenStore({ status, error });
    await expect(store.find(sampleTask())).rejects.toMatchObject({
      code: 'service_unavailable',
      kind: 'unavailable',
      message: 'The service is not available at the moment. Try again shortly.',
    });
    expect(requests()).toBe(3);
  });

  it.each<[string, Parameters<typeof startBrokenDynamo>[0] | 'absence']>([
    ['never answers', 'silence'],
    ['cuts connections', 'cut'],
    ['is not there', 'absence'],
  ])('is unavailable within 3 s when DynamoDB %s', async (_name, answer) => {
    const { endpoint, stop, requests } = await startBrokenDynamo(answer === 'absence' ? 'silence' : answer);
    if (answer === 'absence') await stop();
    else cleanUps.push(stop);
    const { code, ms } = await findTaskAt(endpoint);
    expect(code).toBe('service_unavailable');
    expect(ms).toBeLessThan(3_000);
    expect(requests()).toBe(answer === 'absence' ? 0 : 3);
  });

  it("says that one user's storage is full, which waiting does not fix", async () => {
    const { store } = await brokenStore({ status: 400, error: 'ItemCollectionSizeLimitExceededException' });
    await expect(store.add(sampleTask())).rejects.toMatchObject({ code: 'storage_full', kind: 'conflict' });
  });

  it.each([
    ['a missing table', 'ResourceNotFoundException'],
    ['a missing permission', 'AccessDeniedException'],
    ['a request of ours that makes no sense', 'ValidationException'],
    ['expired credentials', 'ExpiredTokenException'],
  ])('leaves %s as our fault', async (_name, error) => {
    const { store } = await brokenStore({ status: 400, error });
    const failure = await store.find(sampleTask()).catch((caught: unknown) => caught);
    expect(failure).toMatchObject({ name: error });
    expect(failure).not.toHaveProperty('kind');
  });
});
