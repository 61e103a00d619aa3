import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OfflineOptions, Serverless } from './framework.ts';
import { StartRefused } from './report.ts';
import { isRecord, type UnknownRecord } from './values.ts';

/** `serverless-offline/lambda`, the entry that other serverless-offline plugins use to run functions. */
export type LambdaClass = new (serverless: unknown, options: unknown) => LambdaPool;

/** Every function of a service, made on demand. */
interface LambdaPool {
  create(functions: readonly { readonly functionKey: string; readonly functionDefinition: unknown }[]): void;
  get(functionKey: string): LambdaFunction;
  cleanup(): Promise<void>;
}

/** One copy of a function. */
export interface LambdaFunction {
  setEvent(event: unknown): void;
  runHandler(): Promise<unknown>;
  cleanup(): Promise<void>;
}

/** The copy of serverless-offline that this service runs. */
export interface ServerlessOffline {
  readonly Lambda: LambdaClass;
  /** Resolves from its folder. */
  readonly require: NodeJS.Require;
}

const SUPPORTED_MAJOR = '14';

/** @throws {StartRefused} unless serverless-offline is installed in a version this was tested with. */
export async function requireServerlessOffline(serviceDir: string): Promise<ServerlessOffline> {
  const main = findMain(serviceDir);
  const version = readVersion(join(dirname(dirname(main)), 'package.json'));
  if (version.split('.')[0] !== SUPPORTED_MAJOR) {
    throw new StartRefused(
      `this emulation is written for serverless-offline ${SUPPORTED_MAJOR} and this is ${version}: it depends on parts that may change between major versions.`,
    );
  }
  const require = createRequire(main);
  const { default: Lambda } = await import(pathToFileURL(require.resolve('serverless-offline/lambda')).href);
  return { Lambda, require };
}

/** Defaults, custom, command line: the order of serverless-offline itself. Read late, other plugins write here too. */
export function findOfflineOptions(serverless: Serverless, cliOptions: OfflineOptions): OfflineOptions {
  const custom = serverless.service.custom?.['serverless-offline'];
  return { ...DEFAULTS, ...(isRecord(custom) ? custom : {}), ...cliOptions };
}

/** What serverless-offline's Docker runner expects to be set. */
const DEFAULTS: UnknownRecord = { dockerHost: 'localhost', dockerReadOnly: true, localLayers: {} };

/** @throws {StartRefused} when serverless.yml names an authentication provider of its own. */
export function requireFreeProvider(custom: UnknownRecord, ours: string): void {
  const offline = isRecord(custom['offline']) ? custom['offline'] : {};
  const given = offline['customAuthenticationProvider'];
  if (given === undefined || given === ours) return;
  throw new StartRefused(
    `custom.offline.customAuthenticationProvider is ${JSON.stringify(given)}, and only one provider can decide who gets in: remove it, or this plugin.`,
  );
}

function findMain(serviceDir: string): string {
  try {
    return createRequire(join(serviceDir, 'serverless.yml')).resolve('serverless-offline');
  } catch {
    throw new StartRefused('serverless-offline is not installed in this service.');
  }
}

function readVersion(file: string): string {
  const description: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isRecord(description) ? String(description['version']) : 'unknown';
}
