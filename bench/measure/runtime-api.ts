import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

const NEXT = '/2018-06-01/runtime/invocation/next';
const TIMEOUT_MS = 10_000;
const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:bench';

/** What Lambda tells a runtime and hears from it, on loopback, for a single event. */
export interface RuntimeApi {
  /** `host:port`, as `AWS_LAMBDA_RUNTIME_API` takes it. */
  readonly address: string;
  /**
   * What the function replied, as soon as all of it has arrived. Rejects when the runtime reports that the function
   * could not be loaded, or failed.
   */
  readonly reply: Promise<unknown>;
  readonly stop: () => void;
}

/** @param event goes to the first runtime that asks. */
export async function startRuntimeApi(event: unknown): Promise<RuntimeApi> {
  const { promise: reply, resolve, reject } = Promise.withResolvers<unknown>();
  let given = false;
  const next = (response: ServerResponse) => {
    // A runtime that has nothing to do is left without an answer, as Lambda does.
    if (given) return;
    given = true;
    response.writeHead(200, invocationHeaders()).end(JSON.stringify(event));
  };
  const finish = async (request: IncomingMessage, response: ServerResponse) => {
    const said = await json(request);
    if (request.url?.endsWith('/response')) resolve(said);
    else reject(new Error(`the function failed: ${JSON.stringify(said)}`));
    response.writeHead(202).end();
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === NEXT) next(response);
    else finish(request, response).catch(reject);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, reply, stop };
}

function invocationHeaders() {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
    'lambda-runtime-invoked-function-arn': FUNCTION_ARN,
    'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
  };
}
