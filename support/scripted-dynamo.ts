import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What is done with one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A request as it came. */
export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Of the client's side of its connection. */
  readonly port: number | undefined;
  readonly atMs: number;
}

/** A DynamoDB that is told what to answer. */
export interface ScriptedDynamo {
  readonly endpoint: string;
  /** In the order in which they came. */
  readonly requests: readonly Received[];
  readonly stop: () => void;
}

/** Gives each answer once, and the last one from then on. */
export async function startScriptedDynamo(answers: readonly Answer[]): Promise<ScriptedDynamo> {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers, socket } = request;
    const port = socket.remotePort;
    requests.push({ method, url, headers, port, body: await text(request), atMs: performance.now() });
    answers[Math.min(requests.length, answers.length) - 1]?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A 200 with one item. */
export const found: Answer = (response) => response.end('{"Item":{"id":{"S":"1"}}}');
/** The connection ends without an answer. */
export const cut: Answer = (_response, request) => request.socket.destroy();
/** An answer that begins and does not end. */
export const half: Answer = (response) => response.writeHead(200, { 'content-length': 99 }).write('{"Item":');
/** The first half of an answer, and then the end of the connection. */
export const cutInHalf: Answer = (response, request) => {
  response.writeHead(200, { 'content-length': 99 }).write('{"Item":', () => request.socket.destroy());
};
/** Nothing ever comes. */
export const silence: Answer = () => {};
/** A status and a body. */
export const refusal =
  (status: number, body: string): Answer =>
  (response) =>
    response.writeHead(status).end(body);
/** DynamoDB's 400 of that name. */
export const named = (name: string): Answer =>
  refusal(400, `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"${name}"}`);
