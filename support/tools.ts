import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'tools');
const require = createRequire(join(FOLDER, 'package.json'));

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bin?: string | Readonly<Record<string, string>>;
}

/** Whether a package of `tools/` is there. */
export function isInstalled(name: string): boolean {
  return readManifest(folderOf(name)) !== undefined;
}

/** The absolute path of a package's file, such as `knip/package.json`. @throws {Error} that says how to install it. */
export function resolveTool(specifier: string): string {
  try {
    return require.resolve(specifier);
  } catch (cause) {
    throw new Error(`${specifier} is not installed. Run: npm run tools`, { cause });
  }
}

/** The exports of a package in `tools/`. @throws {Error} that says how to install it. */
export function requireTool(name: string): unknown {
  return require(resolveTool(name));
}

/** The program of a package in `tools/`, a JavaScript file. @param command its name, when there are several. */
export function programOf(name: string, command = name): string {
  const folder = folderOf(name);
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new Error(`${name} is not installed. Run: npm run tools`);
  const { bin = {} } = manifest;
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${name} has no program ${command}`);
  return join(folder, file);
}

/**
 * Installs `tools/` when a package of it is missing or of another version. With the npm that runs and the Node that runs
 * this: the Node in the project, which the tools accept.
 *
 * @returns what went wrong, in a sentence.
 */
export function installTools(): string | undefined {
  if (areInstalled()) return undefined;
  process.stderr.write('Installing tools/ (linters, validators, the browser driver), once.\n');
  const { status, stderr } = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status === 0 && areInstalled()) return undefined;
  const last = stderr?.split('\n').findLast((line) => /^npm error (?!A complete log)./.test(line));
  return `tools/ cannot be installed (${last ?? `npm ended with ${status}`}). With a connection, run: npm run tools`;
}

function npm(words: readonly string[]) {
  const options: SpawnSyncOptionsWithStringEncoding = {
    cwd: FOLDER,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  };
  const program = process.env['npm_execpath'];
  if (program?.endsWith('.js')) return spawnSync(process.execPath, [program, ...words], options);
  // Outside npm's own scripts; npm is a .cmd file on Windows, which needs its shell.
  return spawnSync(`npm ${words.join(' ')}`, { ...options, shell: true });
}

function areInstalled(): boolean {
  const wanted = Object.entries(readManifest(FOLDER)?.dependencies ?? {});
  return wanted.every(([name, version]) => readManifest(folderOf(name))?.version === version);
}

/** Read from the folder, because not every package exports its package.json. */
function folderOf(name: string): string {
  return join(FOLDER, 'node_modules', name);
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
