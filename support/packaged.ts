import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRunFolder, oncePerRun } from './run/once.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = join(ROOT, 'node_modules/serverless/bin/serverless.js');
/** What a clone does not have. */
const NOT_COPIED = new Set([
  'node_modules',
  '.git',
  '.local',
  '.env',
  '.esbuild',
  '.serverless',
  'coverage',
  'reports',
]);
/** Instead of the developer's own environment: no credentials, no settings. */
const ENVIRONMENT = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: tmpdir() };

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, Record<string, unknown>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
}

export interface ZippedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of what is in it, as zlib.crc32 counts it. */
  readonly crc32: number;
  /** Kind and permissions as Unix has them. */
  readonly mode: number;
}

/** What `serverless package` writes. */
export interface Packaged {
  readonly template: Template;
  /** Every text that a deployment uploads or sends, by file name. */
  readonly texts: Readonly<Record<string, string>>;
  /** The files in each zip, by function. */
  readonly zips: Readonly<Record<string, readonly ZippedFile[]>>;
  /** What the framework said. */
  readonly printed: string;
}

/**
 * Packages a copy of the project, so that a `serverless offline` of another test keeps its bundles. Once per run of the
 * tests for the same arguments, because it takes long: choose arguments that another suite has too.
 *
 * @param settings the environment of the framework, which is otherwise empty.
 * @param params what `params` in serverless.yml says otherwise, as `--param` takes it.
 */
export function packageService(
  stage: string,
  settings: Record<string, string> = {},
  params: Record<string, string> = {},
): Promise<Packaged> {
  const words = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const command = ['package', '--stage', stage, ...words];
  return oncePerRun(JSON.stringify([command, settings]), () => packageCopy(command, settings));
}

const ISSUER = { BETTER_AUTH_URL: 'https://auth.example.com' };

/** Stands in for the secret that Better Auth shares with the API. */
export const SHARED_SECRET = 'a-secret-that-is-only-used-in-this-test-0123456789';

/** A deployment whose secrets are in the environment. */
export const WITH_SECRETS = {
  ...ISSUER,
  BETTER_AUTH_SECRET: SHARED_SECRET,
  BETTER_AUTH_SECRETS: `2:${SHARED_SECRET}-new,1:${SHARED_SECRET}`,
};

/** Packages with a key set, and with each setting and parameter that is off by default. */
export const packageWithOptions = (): Promise<Packaged> =>
  packageService(
    'prod',
    {
      ...ISSUER,
      BETTER_AUTH_JWKS_URL: 'https://auth.example.com/api/auth/jwks',
      RATE_LIMIT_PER_MINUTE: '60',
    },
    {
      waf: 'true',
      wafRatePerAddress: '500',
      encryptAlarms: 'true',
      logRetentionDays: '365',
      docs: 'false',
      authorizerConcurrency: '50',
    },
  );

/** What most suites look at is made by the framework as it is installed; all else by the copy that starts faster. */
const OF_THE_INSTALLED = JSON.stringify([['package', '--stage', 'prod'], {}]);

async function packageCopy(command: readonly string[], settings: Record<string, string>): Promise<Packaged> {
  const { folder, remove } = copyOfProject();
  try {
    const isInstalled = JSON.stringify([command, settings]) === OF_THE_INSTALLED;
    const { stdout, stderr } = await serverless(
      folder,
      command,
      settings,
      isInstalled ? INSTALLED : undefined,
    );
    return { ...readPackage(join(folder, '.serverless')), printed: stdout + stderr };
  } finally {
    remove();
  }
}

/** A copy of the project in a new folder, sharing the installed packages. */
export function copyOfProject(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(findRunFolder() ?? tmpdir(), 'packaged-'));
  cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  linkPackages(join(folder, 'node_modules'), folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Links each installed package. A workspace of the project is the copy's own. */
function linkPackages(linked: string, copy: string, installed = join(ROOT, 'node_modules')): void {
  mkdirSync(linked);
  for (const name of readdirSync(installed)) {
    const path = join(installed, name);
    if (name === '.package-lock.json') copyFileSync(path, join(linked, name));
    else if (name.startsWith('@')) linkPackages(join(linked, name), copy, path);
    else symlinkSync(ownPathOf(realpathSync(path), copy), join(linked, name), 'junction');
  }
}

/** The copy's path of a workspace; any other package stays where it is installed. */
function ownPathOf(installed: string, copy: string): string {
  const path = relative(ROOT, installed);
  return path.startsWith('..') || path.startsWith('node_modules') ? installed : join(copy, path);
}

/** Runs the framework's command in `folder`. */
export function serverless(
  folder: string,
  command: readonly string[],
  settings: Record<string, string> = {},
  program = process.env['TEST_FRAMEWORK'] ?? INSTALLED,
) {
  const { NODE_COMPILE_CACHE } = process.env;
  const env = { ...ENVIRONMENT, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...settings };
  const options = { cwd: folder, env, timeout: 180_000 };
  return promisify(execFile)(process.execPath, [program, ...command], options);
}

/** What the framework wrote into `.serverless`. */
export function readPackage(folder: string): Omit<Packaged, 'printed'> {
  const files = readdirSync(folder);
  const read = (name: string) => readFileSync(join(folder, name));
  const texts = files.filter((name) => name.endsWith('.json')).map((name) => [name, read(name).toString()]);
  const zips = files
    .filter((name) => name.endsWith('.zip'))
    .map((name) => [basename(name, '.zip'), entriesOf(read(name))]);
  const template = JSON.parse(read('cloudformation-template-update-stack.json').toString()) as Template;
  return { template, texts: Object.fromEntries(texts), zips: Object.fromEntries(zips) };
}

const CENTRAL_FILE_HEADER = Buffer.from([0x50, 0x4b, 0x01, 0x02]);

/** The entries of a zip's central directory (APPNOTE.TXT 4.3.12). */
export function entriesOf(zip: Buffer): ZippedFile[] {
  const entries = [];
  const directory = zip.readUInt32LE(zip.length - 6);
  for (let at = directory; zip.subarray(at, at + 4).equals(CENTRAL_FILE_HEADER); ) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + name),
      bytes: zip.readUInt32LE(at + 24),
      crc32: zip.readUInt32LE(at + 16),
      mode: zip.readUInt16LE(at + 40),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** The resources of one kind, by logical id. */
export function resourcesOf({ Resources }: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** The properties of one resource. @throws {Error} when the template lacks it. */
export function propertiesOf({ Resources }: Template, id: string): Record<string, unknown> {
  const resource = Resources[id];
  if (resource === undefined) throw new Error(`the template has no ${id}`);
  return resource.Properties;
}
