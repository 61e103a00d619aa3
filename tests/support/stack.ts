import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fetchToken } from '../../local/sign-in.ts';

/** The whole local stack as `npm run dev` starts it, in a process of its own. */
export interface RunningStack {
  readonly apiUrl: string;
  /** The real Better Auth server. */
  readonly authUrl: string;
  /** A fresh token of the user with this address, who is signed up when new. */
  readonly token: (email: string) => Promise<string>;
  /** Everything printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SERVERLESS = join(
  dirname(createRequire(import.meta.url).resolve('serverless/package.json')),
  'bin/serverless.js',
);
const PORTS = { first: 4700, last: 4799 };
const PORTS_PER_WORKER = 20;
const START_TIMEOUT_MS = 60_000;
/** Printed once API, sign-in and database have answered. */
const READY = 'Ctrl-C stops everything.';
const STOP_TIMEOUT_MS = 3_000;

/**
 * Starts `serverless offline start` on ports and with data of its own.
 *
 * @param env settings, as in the README.
 * @throws when it ends instead, with what it printed.
 */
export async function startStack(env: Readonly<Record<string, string>> = {}): Promise<RunningStack> {
  const [api = 0, auth = 0, database = 0, lambda = 0] = await freePorts(4);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'todo-stack-'));
  const child = spawn(process.execPath, [SERVERLESS, 'offline', 'start'], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NO_COLOR: '1',
      API_PORT: String(api),
      AUTH_PORT: String(auth),
      DYNAMODB_PORT: String(database),
      LAMBDA_PORT: String(lambda),
      LOCAL_DATA_DIR: dataDirectory,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const stop = async () => {
    await end(child);
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  await untilReady(child, output).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const authUrl = `http://localhost:${auth}`;
  const token = (email: string) => fetchToken(authUrl, { email, password: 'correct-horse' });
  return { apiUrl: `http://localhost:${api}`, authUrl, token, output, stop };
}

function collect(child: ChildProcess): () => string {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  return () => printed;
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!output().includes(READY)) {
    const problem = hasEnded(child) ? 'ended' : Date.now() > deadline ? 'was not ready in time' : undefined;
    if (problem !== undefined) throw new Error(`the local stack ${problem}:\n${output()}`);
    await sleep(25);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exit;
  clearTimeout(impatience);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Each jest worker looks in a range of its own, so that two never find the same port. */
async function freePorts(count: number): Promise<number[]> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) - 1;
  const ranges = (PORTS.last - PORTS.first + 1) / PORTS_PER_WORKER;
  const first = PORTS.first + (worker % ranges) * PORTS_PER_WORKER;
  const found: number[] = [];
  for (let port = first; port < first + PORTS_PER_WORKER && found.length < count; port += 1) {
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) found.push(port);
  }
  if (found.length < count) throw new Error(`fewer than ${count} of the ports from ${first} on are free`);
  return found;
}

/** A machine may have no IPv6 at all; that is free too. */
async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL';
  }
  server.close();
  await once(server, 'close');
  return true;
}
