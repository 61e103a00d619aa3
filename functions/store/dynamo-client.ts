import type { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/core/protocols';
import { isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { Hash } from '@smithy/core/serde';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SdkError } from '@smithy/types';
import { ConfigError, type Env, findSetting } from '../../common/env.ts';
import type { DynamoClient, Operation } from './dynamo-operations.ts';

/** One attempt, from the connection to the last byte of the answer. */
export const ATTEMPT_TIMEOUT_MS = 800;
const CONNECTION_TIMEOUT_MS = 500;
/** All attempts and the pauses between them, so that a caller has an answer within 3 s. */
const WHOLE_TIMEOUT_MS = 2_800;
const MAX_ATTEMPTS = 3;
/** Longest first pause, as in the SDK's client of DynamoDB. After throttling it is the retry strategy's own, 1 s. */
const FIRST_PAUSE_MS = 25;
const JSON_1_0 = 'application/x-amz-json-1.0';

/** A {@link DynamoClient} that holds connections. */
export interface ConnectedClient extends DynamoClient {
  /** Closes the connections that are kept open. */
  readonly destroy: () => void;
}

/**
 * The AWS SDK's transport, signatures and retries, put together for the operations of the store alone
 * (docs/adr/0019-dynamodb-client.md). Region, credentials and endpoint are those of the environment
 * (`AWS_ENDPOINT_URL_DYNAMODB` points it at another DynamoDB). Connects on the first request.
 *
 * @throws {ConfigError} without a region or credentials. Lambda sets them for every function.
 */
export function makeDynamoClient(env: Env): ConnectedClient {
  const transport = new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS });
  const strategy = new StandardRetryStrategy({ maxAttempts: MAX_ATTEMPTS, baseDelay: FIRST_PAUSE_MS });
  const connection = { transport, endpoint: findEndpoint(env), signer: makeSigner(env) };
  return {
    send: (operation, input, options) =>
      sendWithRetries(connection, strategy, { operation, input, ...options }) as Promise<never>,
    destroy: () => transport.destroy(),
  };
}

/** Where the environment says that DynamoDB is: at an address, or in a region. */
export function findEndpoint(env: Env): URL {
  const given = findSetting(env, 'AWS_ENDPOINT_URL_DYNAMODB') ?? findSetting(env, 'AWS_ENDPOINT_URL');
  const region = requireSetting(env, 'AWS_REGION');
  return new URL(given ?? `https://dynamodb.${region}.${domainOf(region)}`);
}

/** Domains of AWS that are not amazonaws.com, by the first letters of their regions. */
const DOMAINS: readonly (readonly [regions: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
];

function domainOf(region: string): string {
  return DOMAINS.find(([regions]) => region.startsWith(regions))?.[1] ?? 'amazonaws.com';
}

function makeSigner(env: Env): SignatureV4 {
  const sessionToken = findSetting(env, 'AWS_SESSION_TOKEN');
  const credentials = {
    accessKeyId: requireSetting(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: requireSetting(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
  const region = requireSetting(env, 'AWS_REGION');
  return new SignatureV4({ service: 'dynamodb', region, credentials, sha256: Hash.bind(null, 'sha256') });
}

function requireSetting(env: Env, name: string): string {
  const value = findSetting(env, name);
  if (value === undefined) throw new ConfigError(`${name} must be set.`);
  return value;
}

interface Connection {
  readonly transport: NodeHttpHandler;
  readonly endpoint: URL;
  readonly signer: SignatureV4;
}

/** As the retry strategy reads errors: the code of a lost connection, the name and the status of an answer. */
type Failure = Error & { $metadata?: { httpStatusCode?: number; attempts?: number } };

/** Retries what another attempt may fix, until attempts or time are used up. Then the last error is thrown. */
async function sendWithRetries(
  connection: Connection,
  strategy: StandardRetryStrategy,
  { operation, input, abortSignal }: { operation: Operation; input: unknown; abortSignal?: AbortSignal },
): Promise<unknown> {
  const body = JSON.stringify(input);
  const outOfTime = AbortSignal.timeout(WHOLE_TIMEOUT_MS);
  const stop = AbortSignal.any(abortSignal ? [abortSignal, outOfTime] : [outOfTime]);
  let token = await strategy.acquireInitialRetryToken('');
  for (let attempts = 1; ; attempts++) {
    try {
      const output = await attempt(connection, { operation, body, stop });
      strategy.recordSuccess(token);
      return output;
    } catch (thrown) {
      abortSignal?.throwIfAborted();
      const error = thrown as Failure;
      error.$metadata = { ...error.$metadata, attempts };
      if (stop.aborted) throw error;
      const pause = strategy.refreshRetryTokenForRetry(token, { errorType: errorTypeOf(error) });
      const next = await orStopped(pause, stop).catch(() => undefined);
      abortSignal?.throwIfAborted();
      if (next === undefined) throw error;
      token = next;
    }
  }
}

function errorTypeOf(error: Failure) {
  if (isThrottlingError(error as SdkError)) return 'THROTTLING';
  return isTransientError(error as SdkError) ? 'TRANSIENT' : 'CLIENT_ERROR';
}

/** The work, or a rejection as soon as the signal, which has not been given yet, says so. */
async function orStopped<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** One request with a signature of its own, to the last byte of its answer. */
async function attempt(
  { transport, endpoint, signer }: Connection,
  { operation, body, stop }: { operation: Operation; body: string; stop: AbortSignal },
): Promise<unknown> {
  const { protocol, hostname, port, host, pathname: path } = endpoint;
  const headers = { host, 'content-type': JSON_1_0, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const address = { protocol, hostname, path, ...(port !== '' && { port: Number(port) }) };
  const signed = await signer.sign(new HttpRequest({ ...address, method: 'POST', headers, body }));
  const abortSignal = AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
  try {
    const { response } = await transport.handle(new HttpRequest(signed), { abortSignal });
    const answer = await readText(response.body);
    if (response.statusCode === 200) return JSON.parse(answer);
    throw readFailure(response.statusCode, answer);
  } catch (error) {
    if (!abortSignal.aborted) throw error;
    throw Object.assign(new Error('DynamoDB did not answer in time', { cause: error }), {
      name: 'TimeoutError',
    });
  }
}

/** All of an answer. `node:stream/consumers` does the same with an iterator and a decoder that are made for it. */
function readText(body: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  body.setEncoding('utf8');
  body.on('data', (chunk: string) => {
    text += chunk;
  });
  body.on('end', () => resolve(text));
  body.on('error', reject);
  return promise;
}

/** The error that an answer describes, and the item that did not fulfil a condition. */
function readFailure(httpStatusCode: number, answer: string): Failure {
  const { __type: type = 'UnknownError', message, Message, Item } = parseOrEmpty(answer);
  const name = String(type).replace(/^.*#/, '');
  const error = new Error(String(message ?? Message ?? name));
  return Object.assign(error, { name, $metadata: { httpStatusCode } }, Item !== undefined && { Item });
}

/** A proxy before DynamoDB may answer with a page. */
function parseOrEmpty(answer: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(answer) };
  } catch {
    return {};
  }
}
