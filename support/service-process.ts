import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { killGroups, runStack, type StackRun } from '../local/fixtures/run-stack.ts';
import { bearer, hmacSigner, ISSUER, mint, SECRET } from './tokens.ts';

/** A port of the local stack, apart from the API's own. */
export type LocalPort = 'database' | 'signIn' | 'lambda';

const REPOSITORY = resolve(import.meta.dirname, '..');
/** What a run makes for itself. */
const NOT_LINKED = new Set([
  'serverless.yml',
  '.esbuild',
  '.serverless',
  '.local',
  '.env',
  '.git',
  'reports',
  'coverage',
]);
const TOKEN_LIFETIME_S = 3600;

/** What must not outlive this process. */
const runs: StackRun[] = [];
const folders: string[] = [];
process.once('exit', () => {
  killGroups(runs);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** The real thing: `serverless offline start` on this service, with its database on disk. */
export interface Stack {
  readonly url: string;
  /** The addresses of its other ports. */
  readonly ports: Readonly<Record<LocalPort, string>>;
  /** Process id of `serverless offline`, which everything runs in. */
  readonly pid: number;
  /** `kill -9` of all of it. The same data comes back with {@link Stack.restart}. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<Stack>;
  /** Its last words, should it have ended by itself. */
  readonly lastWords: () => string;
}

/**
 * A folder of its own that links to the sources, because a run writes its bundles and its database next to
 * serverless.yml. It is deleted when this process ends.
 */
export function makeServiceFolder(): string {
  const service = mkdtempSync(join(tmpdir(), 'reliability-'));
  folders.push(service);
  for (const name of readdirSync(REPOSITORY)) {
    if (!NOT_LINKED.has(name)) symlinkSync(join(REPOSITORY, name), join(service, name));
  }
  // The framework looks for a file and takes a link for none.
  cpSync(join(REPOSITORY, 'serverless.yml'), join(service, 'serverless.yml'));
  return service;
}

/**
 * Starts it without a sign-in server: the tokens are minted here, with the secret that the API is given.
 *
 * @param settings variables over its own.
 */
export async function startApi(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const service = makeServiceFolder();
  return startIn(service, {
    LOCAL_AUTH: 'off',
    BETTER_AUTH_URL: ISSUER,
    BETTER_AUTH_SECRET: SECRET,
    LOCAL_DATA_DIR: join(service, '.local'),
    ...settings,
  });
}

async function startIn(service: string, env: Readonly<Record<string, string>>): Promise<Stack> {
  const run = await runStack({ service, env: { ...env, ...(await portsOfOurOwn()) } });
  runs.push(run);
  await run.ready();
  const { child, exited } = run;
  const address = (variable: string) => `http://127.0.0.1:${run.env[variable]}`;
  return {
    url: run.apiUrl.replace('localhost', '127.0.0.1'),
    ports: {
      database: address('DYNAMODB_PORT'),
      signIn: address('AUTH_PORT'),
      lambda: address('LAMBDA_PORT'),
    },
    pid: child.pid ?? 0,
    kill: async () => {
      killGroups([run as StackRun]);
      await exited;
    },
    restart: () => startIn(service, env),
    lastWords: () => {
      const ended = child.exitCode !== null || child.signalCode !== null;
      return ended ? `the stack ended by itself:\n${run.output().slice(-2000)}` : 'the stack is running';
    },
  };
}

const FIRST_PORT = 4500;
const PORTS = 200;
let nextPort = Math.floor(Math.random() * PORTS);

/** Ports that nothing listens on, apart from where other tests look for theirs. */
export async function portsOfOurOwn(): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  for (const variable of ['API_PORT', 'AUTH_PORT', 'DYNAMODB_PORT', 'LAMBDA_PORT']) {
    while (ports[variable] === undefined) {
      const port = FIRST_PORT + (nextPort++ % PORTS);
      if (await isFree(port)) ports[variable] = String(port);
    }
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((tried) => {
    server.once('error', () => tried(false));
    server.listen(port, '127.0.0.1', () => server.close(() => tried(true)));
  });
}

/** An Authorization header of a user, valid by the clock of the machine for an hour. */
export function authorizationOf(user: string): string {
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { sub: user, id: user, iat: nowS, exp: nowS + TOKEN_LIFETIME_S };
  return bearer(mint(hmacSigner(), { claims }));
}
