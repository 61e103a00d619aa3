import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Bundler, nameOf } from './bundler.ts';

/** Editors save in several steps. */
const SETTLE_MS = 10;
/** A file is empty for a moment while it is written over. */
const WRITE_MS = 30;
/** After a save the next ones are likely, and a bundler that runs is faster. */
const REST_AFTER_MS = 60_000;
/** What the stack reads once, while it starts. */
const READ_AT_START = [
  'serverless.yml',
  '.env',
  'deploy/*.{yml,cjs}',
  'local/**/*.{ts,cjs}',
  'offline-gateway/**/*.{ts,cjs}',
  'build/*',
];
const NOT_READ = /\.test\.ts$|\/(fixtures|conformance|node_modules)\//;
const CONTRACT = 'openapi.yml';
const GENERATE = 'scripts/generate-contract.ts';
/** A file of a function: functions/create-task.ts. */
const FUNCTION = /^functions\/[\w-]+\.ts$/;

export interface Watched {
  readonly serviceDir: string;
  readonly bundler: Bundler;
  /** Path of each entry below the service, without extension. */
  readonly entries: readonly string[];
  /** The new bundles count from now on. */
  readonly reload: () => Promise<void>;
  readonly say: (text: string) => void;
}

/** Bundles what is saved, and says what a save cannot change without a restart. Ends with the process. */
export function watchSources({ serviceDir, bundler, entries, reload, say }: Watched): void {
  const atStart = new Map(filesReadAtStart(serviceDir).map((file) => [file, read(file)]));
  const known = new Set(entries.map((entry) => `${entry}.ts`));
  const watched = new Set<string>();
  const changed = new Set<string>();
  let isFailing = false;
  let working = Promise.resolve();
  let resting: NodeJS.Timeout | undefined;

  const follow = (folder: string) => {
    if (watched.has(folder) || !existsSync(folder)) return;
    watched.add(folder);
    // Polling would take a second; a folder, because an editor replaces the file.
    watch(folder, (_event, name) => {
      if (name !== null) note(join(folder, name));
    })
      .on('error', () => watched.delete(folder))
      .unref();
  };
  const followAll = () => {
    for (const file of [...bundler.sources(), ...atStart.keys()]) follow(dirname(file));
  };
  follow(serviceDir);
  followAll();

  function note(file: string): void {
    if (changed.size === 0)
      setTimeout(() => (working = working.then(handle).catch(report)), SETTLE_MS).unref();
    changed.add(file);
  }
  const report = (error: unknown) =>
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));

  async function handle(): Promise<void> {
    const files = new Set(changed);
    changed.clear();
    if ([...files].some(isBeingWritten)) await sleep(WRITE_MS);
    for (const file of files) tellRestart(file);
    if (files.has(join(serviceDir, CONTRACT))) await generate();
    const build = await bundler.buildChanged(files);
    if (build === undefined) return;
    clearTimeout(resting);
    resting = setTimeout(() => (working = working.then(bundler.rest).catch(report)), REST_AFTER_MS).unref();
    if (!build.ok) {
      isFailing = true;
      return say(`${build.report}\n\n  Still running the last good version.`);
    }
    await reload();
    followAll();
    if (isFailing) say('  Compiled again.');
    isFailing = false;
  }

  function tellRestart(file: string): void {
    const name = nameOf(file, serviceDir);
    if (FUNCTION.test(name) && !NOT_READ.test(name) && !known.has(name) && existsSync(file)) {
      known.add(name);
      say(
        `  ${name} is new. It answers once serverless.yml has a function for it and npm run dev is restarted.`,
      );
      return;
    }
    const isReadAtStart = atStart.has(file) || ['.env', 'serverless.yml'].includes(name);
    const text = isReadAtStart ? read(file) : undefined;
    if (!isReadAtStart || text === atStart.get(file)) return;
    atStart.set(file, text);
    say(`  ${name} has changed. It is read at start: restart npm run dev.`);
  }

  async function generate(): Promise<void> {
    const script = join(serviceDir, GENERATE);
    if (!existsSync(script)) return;
    try {
      await promisify(execFile)(process.execPath, ['--no-warnings', script], { cwd: serviceDir });
    } catch (error) {
      const { stderr } = error as { readonly stderr?: string };
      say(`${CONTRACT}: ${stderr?.trim() || String(error)}\n\n  Still running the last good version.`);
    }
  }
}

function filesReadAtStart(serviceDir: string): string[] {
  return globSync(READ_AT_START, { cwd: serviceDir })
    .filter((file) => !NOT_READ.test(`/${file.replaceAll('\\', '/')}`))
    .map((file) => join(serviceDir, file));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isBeingWritten(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === 0;
}
