import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { deployedClient } from '../../support/dynamodb.ts';
import {
  type Answer,
  cut,
  cutInHalf,
  found,
  half,
  named,
  type Received,
  refusal,
  type ScriptedDynamo,
  silence,
  startScriptedDynamo,
} from '../../support/scripted-dynamo.ts';
import { type ConnectedClient, findEndpoint } from './dynamo-client.ts';

const GET = { TableName: 'tasks', Key: { userId: { S: 'ann' }, id: { S: 'ä' } } };
const FOUND = { Item: { id: { S: '1' } } };

let dynamo: ScriptedDynamo;
let client: ConnectedClient;
const cleanUps: (() => unknown)[] = [];

async function connect(answers: readonly Answer[], env: Record<string, string> = {}): Promise<void> {
  dynamo = await startScriptedDynamo(answers);
  client = deployedClient(dynamo.endpoint, env);
  cleanUps.push(client.destroy, dynamo.stop);
}

const get = (abortSignal?: AbortSignal) => client.send('GetItem', GET, abortSignal && { abortSignal });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

afterEach(() => {
  jest.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const hash = (data: string) => createHash('sha256').update(data).digest('hex');

/** Signature Version 4 by its specification, over the headers that the request says are signed. */
function signatureOf({ headers, body }: Received, secret: string, names: string): string {
  const date = String(headers['x-amz-date']);
  const scope = `${date.slice(0, 8)}/eu-central-1/dynamodb/aws4_request`;
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = `POST\n/\n\n${lines.join('')}\n${names}\n${hash(body)}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`).toString('hex');
}

/** The regions in the SDK's table of partitions, which no package exports. */
function knownRegions(): string[] {
  const table = 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
  const text = readFileSync(`node_modules/@aws-sdk/core/${table}`, 'utf8');
  const { partitions } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
    partitions: { regions: object }[];
  };
  return partitions
    .flatMap(({ regions }) => Object.keys(regions))
    .filter((region) => !region.endsWith('-global'));
}

describe('the client of DynamoDB', () => {
  it('signs what it sends with the credentials of the environment, as the specification says', async () => {
    const credentials = {
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    };
    await connect([found], credentials);
    expect(await get()).toEqual(FOUND);
    const [request] = dynamo.requests as [Received];
    expect(request.headers['x-amz-security-token']).toBe('session');
    const [, names = '', signature] =
      /^AWS4-HMAC-SHA256 Credential=AKID\/.*, SignedHeaders=(.*), Signature=(.*)$/.exec(
        String(request.headers.authorization),
      ) ?? [];
    expect(names.split(';')).toEqual(
      expect.arrayContaining(['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']),
    );
    expect(signature).toBe(signatureOf(request, 'secret', names));
  });

  it('signs each attempt for the time at which it is made', async () => {
    await connect([silence, silence, found]);
    await get();
    const [first, , third] = dynamo.requests.map(({ headers }) => headers['x-amz-date']);
    expect(third).not.toBe(first);
  });

  it('keeps its connection for the next request, after an error as well', async () => {
    await connect([found, named('ConditionalCheckFailedException'), found]);
    await get();
    await failure(get());
    await get();
    expect(new Set(dynamo.requests.map(({ port }) => port)).size).toBe(1);
  });

  it.each<[string, readonly Answer[]]>([
    ['a cut connection', [cut, found]],
    ['a connection cut in the middle of an answer', [cutInHalf, found]],
    ['throttling', [named('ProvisionedThroughputExceededException'), found]],
    ['a fault of DynamoDB', [refusal(500, '{"__type":"InternalServerError"}'), found]],
    ['a page of a proxy before it', [refusal(503, '<html>'), found]],
    ['silence', [silence, found]],
    ['half an answer', [half, found]],
  ])('tries again after %s', async (_name, answers) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    await connect(answers);
    expect(await get()).toEqual(FOUND);
    expect(dynamo.requests).toHaveLength(2);
  });

  it.each([
    ['throttling', named('ThrottlingException'), [490, 990]],
    ['a fault', refusal(500, ''), [10, 20]],
  ] as const)(
    'waits before the next attempt, at random and longer the second time, after %s',
    async (_name, answer, pauses) => {
      const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
      await connect([answer, answer, found]);
      await get();
      const [first = 0, second = 0, third = 0] = dynamo.requests.map(({ atMs }) => atMs);
      expect(second - first).toBeGreaterThanOrEqual(pauses[0]);
      expect(third - second).toBeGreaterThanOrEqual(pauses[1]);
      expect(random).toHaveBeenCalled();
    },
  );

  it('says of a refusal what DynamoDB said, and after how many attempts, and takes nothing else over', async () => {
    const body =
      '{"__type":"a#ConditionalCheckFailedException","message":"no","Item":{"id":{"S":"1"}},"code":"ECONNRESET","kind":"invalid"}';
    await connect([cut, refusal(400, body)]);
    const error = await failure(get());
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'no',
      Item: { id: { S: '1' } },
      $metadata: { httpStatusCode: 400, attempts: 2 },
    });
    expect(error).not.toHaveProperty('code');
    expect(error).not.toHaveProperty('kind');
    expect(dynamo.requests).toHaveLength(2);
  });

  it('gives up when the time for all attempts has passed, even in a pause', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    await connect([named('ThrottlingException')]);
    const begun = performance.now();
    expect(await failure(get())).toMatchObject({ name: 'ThrottlingException' });
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(dynamo.requests).toHaveLength(2);
  });

  it('gives up when the time for all attempts passes in the last one, and leaves no rejection unhandled', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.9);
    await connect([named('ThrottlingException'), named('ThrottlingException'), silence]);
    expect(await failure(get())).toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
    await sleep(50);
  });

  it.each([
    ['an answer', silence],
    ['the rest of an answer', half],
    ['the pause before another attempt', named('ThrottlingException')],
  ])('stops at once when it is told to while it waits for %s', async (_name, answer) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    await connect([answer]);
    const stop = new AbortController();
    const asked = failure(get(stop.signal));
    while (dynamo.requests.length === 0) await sleep(5);
    await sleep(50);
    const reason = new Error('told to stop');
    const begun = performance.now();
    stop.abort(reason);
    expect(await asked).toBe(reason);
    expect(performance.now() - begun).toBeLessThan(400);
    expect(dynamo.requests).toHaveLength(1);
  });

  it.each([
    ['eu-central-1', 'https://dynamodb.eu-central-1.amazonaws.com/'],
    ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
    ['eusc-de-east-1', 'https://dynamodb.eusc-de-east-1.amazonaws.eu/'],
  ])('asks DynamoDB of region %s over TLS', (AWS_REGION, url) => {
    expect(findEndpoint({ AWS_REGION }).href).toBe(url);
  });

  it('asks where the SDK would in every region that the SDK knows', () => {
    const { config } = new DynamoDBClient({ region: 'eu-central-1' });
    const regions = knownRegions();
    expect(regions.length).toBeGreaterThan(40);
    const ours = regions.map((AWS_REGION) => findEndpoint({ AWS_REGION }).href);
    expect(ours).toEqual(regions.map((Region) => config.endpointProvider({ Region }).url.href));
  });

  it.each([
    ['the address of DynamoDB', { AWS_ENDPOINT_URL_DYNAMODB: 'http://a:1' }, 'http://a:1/'],
    ['that of every service', { AWS_ENDPOINT_URL_DYNAMODB: ' ' }, 'http://b:2/x'],
  ])('asks at %s when the environment has one', (_name, env, url) => {
    expect(findEndpoint({ AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://b:2/x', ...env }).href).toBe(
      url,
    );
  });

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'cannot be made without %s',
    (name) => {
      expect(() => deployedClient('http://127.0.0.1:1', { [name]: undefined })).toThrow(
        `${name} must be set.`,
      );
    },
  );
});
