import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePorts } from '../local/fixtures/free-ports.ts';
import { collectPrinted, hasEnded, untilReady } from '../local/fixtures/printed.ts';
import { fetchToken } from '../local/sign-in/sign-in.ts';
import { copyOfProject } from './packaged.ts';
import { findRunFolder, oncePerRun } from './run/once.ts';

/** The whole local stack as `npm run dev` starts it, in a process of its own. */
export interface RunningStack {
  readonly apiUrl: string;
  /** The real Better Auth server. */
  readonly authUrl: string;
  readonly databaseUrl: string;
  /** The endpoint of serverless-offline that invokes functions. */
  readonly lambdaUrl: string;
  /** The copy of the project that it runs. */
  readonly folder: string;
  /** A fresh token of the user with this address, who is signed up when new. */
  readonly token: (email: string) => Promise<string>;
  /** Everything printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

const SERVERLESS = join(
  dirname(createRequire(import.meta.url).resolve('serverless/package.json')),
  'bin/serverless.js',
);
const STOP_TIMEOUT_MS = 3_000;

/** Where a stack answers and what it runs: what is known before it starts. */
interface Place {
  readonly ports: Readonly<Record<'API_PORT' | 'AUTH_PORT' | 'DYNAMODB_PORT' | 'LAMBDA_PORT', string>>;
  readonly folder: string;
}

/**
 * Starts `serverless offline start` in a copy of the project, so that stacks at the same time do not overwrite each
 * other's bundles. Ports, data and settings are its own: a developer's `.env` changes no test.
 *
 * @param settings as in the README.
 * @throws when it ends instead, with what it printed.
 */
export async function startStack(settings: Readonly<Record<string, string>> = {}): Promise<RunningStack> {
  const { place, remove } = await makePlace();
  const child = run(place, settings, 'pipe');
  const output = collectPrinted(child);
  const stop = () => end(child).finally(remove);
  await untilReady(child, output).catch((error: unknown) => stop().then(() => Promise.reject(error)));
  return { ...addressesOf(place), output, stop };
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
    const made = await makePlace();
    // What npm starts ends with its parent, so that nothing is left when a run is killed.
    const child = run(made.place, { npm_lifecycle_event: 'dev' }, openSync(log, 'w'));
    child.unref();
    writeFileSync(join(folder, 'stack.pid'), String(child.pid));
    await untilReady(child, output);
    return made.place;
  });
  return { ...addressesOf(place), output, stop: async () => undefined };
}

async function makePlace(): Promise<{ place: Place; remove: () => void }> {
  const [api, auth, database, lambda] = (await freePorts(4)).map(String) as [string, string, string, string];
  const { folder, remove } = copyOfProject();
  rmSync(join(folder, '.env'), { force: true });
  const ports = { API_PORT: api, AUTH_PORT: auth, DYNAMODB_PORT: database, LAMBDA_PORT: lambda };
  return { place: { ports, folder }, remove };
}

function run({ ports, folder }: Place, settings: Readonly<Record<string, string>>, output: 'pipe' | number) {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [SERVERLESS, 'offline', 'start'], {
    cwd: folder,
    env: { PATH, HOME, ...ports, ...settings },
    stdio: ['ignore', output, output],
  });
}

function addressesOf({ ports, folder }: Place) {
  const authUrl = `http://localhost:${ports.AUTH_PORT}`;
  return {
    apiUrl: `http://localhost:${ports.API_PORT}`,
    authUrl,
    databaseUrl: `http://127.0.0.1:${ports.DYNAMODB_PORT}`,
    lambdaUrl: `http://localhost:${ports.LAMBDA_PORT}`,
    folder,
    token: (email: string) => fetchToken(authUrl, { email, password: 'correct-horse' }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exit;
  clearTimeout(impatience);
}
