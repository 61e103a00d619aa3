import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePorts } from './free-ports.ts';

/** A `serverless offline` under test: what it printed, and how to end it. */
export interface Offline {
  readonly url: string;
  /** Where functions are called by name. */
  readonly lambdaUrl: string;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export interface OfflineOptions {
  /** Folder of the service. */
  readonly service: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `start`: `serverless offline start`, the other of the two commands. */
  readonly command?: 'start';
  /** What it prints last. Without HTTP routes no HTTP server starts. */
  readonly readyAt?: string;
  readonly versions?: Versions;
  /** Runs the program of the framework as it is installed, not the copy in one file that starts faster. */
  readonly asInstalled?: boolean;
}

/** Where the framework and Node are installed, when they are not this repository's. */
export interface Versions {
  /** The program of the framework. */
  readonly cli: string;
  readonly node: string;
  /** Copies of `fixtures/`, which use what is installed there. */
  readonly fixtures: string;
}

/** The service did not come up; the message is what it printed. */
export class DidNotStart extends Error {
  override readonly name = 'DidNotStart';
}

const START_TIMEOUT_MS = 55_000;
const INSTALLED = join(
  dirname(createRequire(import.meta.url).resolve('serverless/package.json')),
  'bin/serverless.js',
);

/**
 * Starts the real `serverless offline`, on ports of its own.
 *
 * @throws {DidNotStart} when it ends instead.
 */
export async function startOffline({
  service,
  args = [],
  env = {},
  command,
  readyAt = 'Server ready:',
  versions,
  asInstalled = false,
}: OfflineOptions): Promise<Offline> {
  const [httpPort, lambdaPort] = await freePorts(2);
  const ports = ['--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)];
  const words = ['offline', ...(command ? [command] : []), ...ports, ...args];
  const framework = (asInstalled ? undefined : process.env['TEST_FRAMEWORK']) ?? INSTALLED;
  const child = spawn(versions?.node ?? process.execPath, [versions?.cli ?? framework, ...words], {
    cwd: service,
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', SLS_NOTIFICATIONS_MODE: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const collect = (chunk: Buffer) => {
    printed += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  await untilReady(child, () => printed, readyAt);
  return {
    url: `http://127.0.0.1:${httpPort}`,
    lambdaUrl: `http://127.0.0.1:${lambdaPort}`,
    output: () => printed,
    stop: () => stop(child),
  };
}

/** Waits for a line that comes after the reply. */
export async function untilPrinted(offline: Offline, text: string, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!offline.output().includes(text)) {
    if (Date.now() > deadline)
      throw new Error(`${JSON.stringify(text)} was not printed in:\n${offline.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilReady(child: ChildProcess, printed: () => string, readyAt: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!printed().includes(readyAt)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new DidNotStart(printed());
    if (Date.now() > deadline) {
      await stop(child);
      throw new DidNotStart(`nothing was ready after ${START_TIMEOUT_MS} ms:\n${printed()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(force);
}
