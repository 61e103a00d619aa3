import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import {
  type BuildContext,
  type BuildOptions,
  type BuildResult,
  context,
  formatMessages,
  stop,
} from 'esbuild';
import { entryPoints } from './bundle-options.ts';
import { keepSourceMap } from './source-lines.ts';

/** When a source changes, up to this number of functions are bundled one by one. More are bundled in one pass. */
const FEW = 3;
/** The bundlers of single functions that are kept: each holds the sources of its function in memory. */
const SINGLES_MAX = 4;

type Options = BuildOptions & { readonly metafile: true; readonly write: false };
type Result = BuildResult<Options>;

/** What came of a build. */
export type Build = { readonly ok: true } | { readonly ok: false; readonly report: string };

export interface Bundler {
  /** Bundles every function. */
  readonly buildAll: () => Promise<Build>;
  /** Bundles the functions that one of the files is part of; `undefined` when there are none. */
  readonly buildChanged: (files: ReadonlySet<string>) => Promise<Build | undefined>;
  /** Every source of the last good bundles, absolute. Packages are left out. */
  readonly sources: () => ReadonlySet<string>;
  /** Ends esbuild, which keeps 200 MB after a build of all functions. The next build starts it again. */
  readonly rest: () => Promise<void>;
}

interface Plan {
  /** Of esbuild, without entry points. */
  readonly options: BuildOptions;
  /** Path of each entry below the service, without extension. */
  readonly entries: readonly string[];
  readonly folder: string;
  readonly serviceDir: string;
}

/**
 * Bundles as the deployment does, and keeps source maps in memory. One pass over all functions takes six times as long as one
 * function, so a source of a few is bundled for those few alone.
 */
export function makeBundler({ options, entries, folder, serviceDir }: Plan): Bundler {
  const inputs = new Map<string, ReadonlySet<string>>();
  /** Entries whose last build failed. */
  const failing = new Set<string>();
  const contexts = new Map<string, Promise<BuildContext<Options>>>();
  const contextOf = (some: readonly string[]) => {
    const key = some.join();
    const found =
      contexts.get(key) ??
      context<Options>({
        ...options,
        absWorkingDir: serviceDir,
        outdir: folder,
        entryPoints: entryPoints(some),
        sourcemap: 'external',
        sourcesContent: false,
        metafile: true,
        write: false,
        logLevel: 'silent',
      });
    contexts.delete(key);
    contexts.set(key, found);
    return found;
  };

  async function build(some: readonly string[]): Promise<Build> {
    const bundler = await contextOf(some);
    const result = await bundler.rebuild().catch((error: { errors?: Result['errors'] }) => {
      if (error.errors === undefined) throw error;
      return { errors: error.errors };
    });
    if (!('outputFiles' in result)) {
      for (const entry of some) failing.add(entry);
      return { ok: false, report: await describe(result.errors) };
    }
    await Promise.all(result.outputFiles.map(writeBundle));
    for (const entry of some) failing.delete(entry);
    remember(result);
    return { ok: true };
  }

  function remember({ metafile }: Pick<Result, 'metafile'>): void {
    for (const { entryPoint, inputs: own } of Object.values(metafile.outputs)) {
      if (entryPoint === undefined) continue;
      const sources = Object.keys(own).filter((source) => !source.includes('node_modules/'));
      inputs.set(
        entryPoint.replace(/\.ts$/, ''),
        new Set(sources.map((source) => resolve(serviceDir, source))),
      );
    }
  }

  /** A failing entry is tried again after every save, because the file that it misses may be new. */
  const affected = (files: ReadonlySet<string>) =>
    entries.filter((entry) => failing.has(entry) || [...files].some((file) => inputs.get(entry)?.has(file)));

  return {
    buildAll: () => build(entries),
    async buildChanged(files) {
      const some = affected(files);
      if (some.length === 0) return undefined;
      if (some.length > FEW) return build(entries);
      const builds = await Promise.all(some.map((entry) => build([entry])));
      await forget(contexts);
      return builds.find(({ ok }) => !ok) ?? { ok: true };
    },
    sources: () => new Set([...inputs.values()].flatMap((own) => [...own])),
    async rest() {
      contexts.clear();
      await stop();
    },
  };

  async function forget(kept: Map<string, Promise<BuildContext<Options>>>): Promise<void> {
    const singles = [...kept.keys()].filter((key) => key !== entries.join());
    for (const key of singles.slice(0, -SINGLES_MAX)) {
      const old = kept.get(key);
      kept.delete(key);
      await (await old)?.dispose();
    }
  }
}

async function describe(errors: Result['errors']): Promise<string> {
  const texts = await formatMessages(errors, { kind: 'error', color: process.stderr.isTTY });
  return [...new Set(texts)].join('').trimEnd();
}

/** Replaces the file in one step, because a copy of the function may be starting. */
async function writeBundle({
  path,
  contents,
  text,
}: NonNullable<Result['outputFiles']>[number]): Promise<void> {
  if (path.endsWith('.map')) return keepSourceMap(path.replace(/\.map$/, ''), text);
  const whole = `${path}.${process.pid}.new`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(whole, contents);
  await rename(whole, path);
}

/** Relative to the service, with slashes on every system. */
export function nameOf(file: string, serviceDir: string): string {
  return relative(serviceDir, file).replaceAll('\\', '/');
}
