import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePorts } from '../local/fixtures/free-ports.ts';
import { collectPrinted, hasEnded, untilReady } from '../local/fixtures/printed.ts';
import { fetchToken } from '../local/sign-in/sign-in.ts';
import { copyOfProject } from './packaged.ts';

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

/**
 * Starts `serverless offline start` in a copy of the project, so that stacks at the same time do not overwrite each
 * other's bundles. Ports, data and settings are its own: a developer's `.env` changes no test.
 *
 * @param settings as in docs/settings.md.
 * @throws when it ends instead, with what it printed.
 */
export async function startStack(settings: Readonly<Record<string, string>> = {}): Promise<RunningStack> {
  const [api, auth, database, lambda] = (await freePorts(4)).map(String) as [string, string, string, string];
  const { folder, remove } = copyOfProject();
  rmSync(join(folder, '.env'), { force: true });
  const child = spawn(process.execPath, [SERVERLESS, 'offline', 'start'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      API_PORT: api,
      AUTH_PORT: auth,
      DYNAMODB_PORT: database,
      LAMBDA_PORT: lambda,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectPrinted(child);
  const stop = () => end(child).finally(remove);
  await untilReady(child, output).catch((error: unknown) => stop().then(() => Promise.reject(error)));
  const authUrl = `http://localhost:${auth}`;
  const token = (email: string) => fetchToken(authUrl, { email, password: 'correct-horse' });
  return {
    apiUrl: `http://localhost:${api}`,
    authUrl,
    databaseUrl: `http://127.0.0.1:${database}`,
    lambdaUrl: `http://localhost:${lambda}`,
    folder,
    token,
    output,
    stop,
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
