import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than one attempt of the client waits. */
const SLOW_MS = 1200;

type Exchange = {
  readonly body: Buffer;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly forward: () => Promise<Forwarded>;
};

interface Forwarded {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

function refuse(outgoing: ServerResponse, status: number, error: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: 'injected' }));
}

function answer(outgoing: ServerResponse, { status, headers, body }: Forwarded): void {
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}

/** Everything that can go wrong between the client and DynamoDB. `reached` says whether the write may have been done. */
export const FAULTS = {
  'throttled by the table': {
    reached: false,
    play: async ({ outgoing }) => refuse(outgoing, 400, 'ProvisionedThroughputExceededException'),
  },
  'throttled by the account': {
    reached: false,
    play: async ({ outgoing }) => refuse(outgoing, 400, 'ThrottlingException'),
  },
  'error 500': { reached: false, play: async ({ outgoing }) => refuse(outgoing, 500, 'InternalServerError') },
  'error 503 without a body': {
    reached: false,
    play: async ({ outgoing }) => void outgoing.writeHead(503).end(),
  },
  'error 500 after the write': {
    reached: true,
    play: async ({ outgoing, forward }) => {
      await forward();
      refuse(outgoing, 500, 'InternalServerError');
    },
  },
  'connection reset before the write': {
    reached: false,
    play: async ({ incoming }) => void incoming.socket.resetAndDestroy(),
  },
  'connection reset after the write': {
    reached: true,
    play: async ({ incoming, forward }) => {
      await forward();
      incoming.socket.resetAndDestroy();
    },
  },
  'connection cut in the middle of the answer': {
    reached: true,
    play: async ({ incoming, outgoing, forward }) => {
      const { status, headers, body } = await forward();
      outgoing.writeHead(status, headers);
      outgoing.write(body.subarray(0, Math.ceil(body.length / 2)));
      await sleep(10);
      incoming.socket.resetAndDestroy();
    },
  },
  'slow before the write': {
    reached: true,
    play: async ({ outgoing, forward }) => {
      await sleep(SLOW_MS);
      answer(outgoing, await forward());
    },
  },
  'slow after the write': {
    reached: true,
    play: async ({ outgoing, forward }) => {
      const forwarded = await forward();
      await sleep(SLOW_MS);
      answer(outgoing, forwarded);
    },
  },
  'half open: nothing ever comes': { reached: false, play: async () => {} },
} satisfies Record<
  string,
  { readonly reached: boolean; readonly play: (exchange: Exchange) => Promise<void> }
>;

export type Fault = keyof typeof FAULTS;

export interface FaultProxy {
  readonly endpoint: string;
  /** From now on the next `attempts` requests meet the fault. */
  readonly inject: (fault: Fault, attempts: number) => void;
  readonly heal: () => void;
  readonly stop: () => void;
}

/** A proxy on loopback between the client and DynamoDB that fails when told to. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let next: { fault: Fault; attempts: number } | undefined;
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const forward = () => forwardTo(target, incoming, body);
    if (next === undefined || next.attempts === 0) return answer(outgoing, await forward());
    next.attempts -= 1;
    await FAULTS[next.fault].play({ body, incoming, outgoing, forward });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (fault, attempts) => {
      next = { fault, attempts };
    },
    heal: () => {
      next = undefined;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forwardTo(target: string, incoming: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const headers = { ...incoming.headers, host: new URL(target).host };
  const outgoing = request(target, { method: incoming.method, headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}
