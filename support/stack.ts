import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchToken } from '../local/sign-in/sign-in.ts';
import { freePorts } from '../offline-gateway/conformance/free-ports.ts';
import { copyOfProject } from './packaged.ts';
import { findRunFolder, oncePerRun } from './run/once.ts';
import { ISSUER, SECRET } from './tokens.ts';

/** How a stack is started. */
export interface StackOptions {
  /** Settings as in the README, over the ports of the run's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the service. Unless given it is a copy of the project, which is removed at the end. */
  readonly folder?: string;
  /** What is run there; `serverless offline start` unless given. */
  readonly command?: readonly [program: string, ...args: string[]];
}

/** The local stack as a developer starts it, in a process of its own. */
export interface RunningStack {
  readonly folder: string;
  /** Its settings, with its ports. */
  readonly env: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  /** The real Better Auth server. */
  readonly authUrl: string;
  readonly databaseUrl: string;
  /** The endpoint of serverless-offline that invokes functions. */
  readonly lambdaUrl: string;
  /** A fresh token of the user with this address, who is signed up when new. */
  readonly token: (email: string) => Promise<string>;
  /** Everything printed so far. */
  readonly output: () => string;
  /** Ends it as Ctrl-C does, and removes what it wrote. A shared one goes on. */
  readonly stop: () => Promise<void>;
}

/** A stack of one suite, which may end it. */
export interface Stack extends RunningStack {
  readonly child: ChildProcess;
  /** The exit code; `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Waits until API, sign-in and database have answered. Fails with the output when it ends before that. */
  readonly ready: () => Promise<void>;
  /** `kill -9` of all of it. Its data stays, and a stack with the same folder and settings has it again. */
  readonly kill: () => Promise<void>;
}

/** Settings of a stack without a sign-in server: {@link authorizationOf} in tokens.ts mints what it accepts. */
export const MINTED_TOKENS = { LOCAL_AUTH: 'off', BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };

const BINARIES = resolve(import.meta.dirname, '../node_modules/.bin');
const SERVERLESS = resolve(import.meta.dirname, '../node_modules/serverless/bin/serverless.js');
/** As `npm run dev` has it. */
const HEAP = ['--max-semi-space-size=8'];
const START_TIMEOUT_MS = 50_000;
const STOP_TIMEOUT_MS = 3000;
const POLL_MS = 20;
/** Printed once API, sign-in and database have answered. */
const READY = 'Ctrl-C stops everything.';

/** What must not outlive this process. */
const cleanUps = new Set<() => void>();
process.once('exit', () => {
  for (const cleanUp of cleanUps) cleanUp();
});

/**
 * Starts the stack and waits until it is ready.
 *
 * @throws when it ends instead, with what it printed.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = await runStack(options);
  await stack.ready().catch((error: unknown) => stack.stop().then(() => Promise.reject(error)));
  return stack;
}

/** Starts the stack. Ports and data are its own, and so is the environment: a developer's settings change no test. */
export async function runStack(options: StackOptions = {}): Promise<Stack> {
  const place = await makePlace(options);
  const child = launch(place, { command: options.command });
  const output = collectOutput(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const killAll = () => kill(child, options.command !== undefined);
  const cleanUp = () => {
    killAll();
    place.remove();
  };
  cleanUps.add(cleanUp);
  return {
    ...addressesOf(place),
    child,
    output,
    exited,
    ready: () => untilReady(child, output),
    kill: async () => {
      killAll();
      await exited;
    },
    stop: async () => {
      if (!hasEnded(child)) child.kill('SIGTERM');
      await Promise.race([exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
      cleanUp();
      cleanUps.delete(cleanUp);
      await exited;
    },
  };
}

/**
 * A stack without settings that the suites of one run share, so that it is started once. Each suite takes users of its
 * own, and none changes the sources. It ends with the run.
 */
export async function sharedStack(): Promise<RunningStack> {
  const folder = findRunFolder();
  if (folder === undefined) return startStack();
  const log = join(folder, 'stack.log');
  const output = () => readFileSync(log, 'utf8');
  const place = await oncePerRun('the shared stack', async () => {
    const { remove: _, ...made } = await makePlace({});
    // What npm starts ends with its parent, so that nothing is left when a run is killed.
    const lifecycle = { npm_lifecycle_event: 'dev' };
    const child = launch({ ...made, env: { ...made.env, ...lifecycle } }, { output: openSync(log, 'w') });
    child.unref();
    writeFileSync(join(folder, 'stack.pid'), String(child.pid));
    await untilReady(child, output);
    return made;
  });
  return { ...addressesOf(place), output, stop: async () => undefined };
}

/** Where a stack runs: what is known before it starts. */
interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function makePlace({ env, folder }: StackOptions): Promise<Place & { readonly remove: () => void }> {
  const ports = await ownPorts();
  if (folder === undefined)
    return { ...copyOfProject(), env: { ...ports, LOCAL_DATA_DIR: '.local', ...env } };
  // Stacks in one folder at the same time must not share their data.
  const data = mkdtempSync(join(findRunFolder() ?? tmpdir(), 'local-stack-'));
  const remove = () => rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  return { folder, env: { ...ports, LOCAL_DATA_DIR: data, ...env }, remove };
}

interface LaunchOptions {
  readonly command?: StackOptions['command'];
  /** File to write to; a pipe unless given. */
  readonly output?: 'pipe' | number;
}

function launch({ folder, env }: Place, { command, output = 'pipe' }: LaunchOptions): ChildProcess {
  const framework = process.env['TEST_FRAMEWORK'] ?? SERVERLESS;
  const [program, ...args] = command ?? [process.execPath, ...HEAP, framework, 'offline', 'start'];
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return spawn(program, args, {
    cwd: folder,
    env: { PATH: `${BINARIES}${delimiter}${PATH}`, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', output, output],
    // A group, because what npm or a shell starts may outlive it.
    detached: command !== undefined,
  });
}

function addressesOf({ folder, env }: Place) {
  const authUrl = `http://localhost:${env['AUTH_PORT']}`;
  return {
    folder,
    env,
    apiUrl: `http://localhost:${env['API_PORT']}`,
    authUrl,
    databaseUrl: `http://127.0.0.1:${env['DYNAMODB_PORT']}`,
    lambdaUrl: `http://localhost:${env['LAMBDA_PORT']}`,
    token: (email: string) => fetchToken(authUrl, { email, password: 'correct-horse' }),
  };
}

async function ownPorts(): Promise<Record<string, string>> {
  const variables = ['API_PORT', 'AUTH_PORT', 'DYNAMODB_PORT', 'LAMBDA_PORT'];
  const ports = await freePorts(variables.length);
  return Object.fromEntries(variables.map((variable, index) => [variable, String(ports[index])]));
}

function collectOutput({ stdout, stderr }: ChildProcess): () => string {
  let output = '';
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return () => output;
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!output().includes(READY)) {
    const problem = hasEnded(child) ? 'ended' : Date.now() > deadline ? 'was not ready in time' : undefined;
    if (problem !== undefined) throw new Error(`the local stack ${problem}:\n${output()}`);
    await sleep(POLL_MS);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function kill(child: ChildProcess, isGroup: boolean): void {
  try {
    if (isGroup) process.kill(-(child.pid ?? 0), 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended, as it should.
  }
}

/** What to say of a stack in which something went wrong. */
export function describeState({ child, output }: Stack): string {
  return hasEnded(child) ? `the stack ended by itself:\n${output().slice(-2000)}` : 'the stack is running';
}
