import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '..');

interface Service {
  readonly custom: { readonly esbuild: BuildOptions & Readonly<Record<string, unknown>> };
  readonly functions: Readonly<Record<string, { readonly handler: string }>>;
}

/** serverless.yml as it stands, references unresolved. */
export function readService(): Service {
  return parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { logLevel: 'silent' });
}

export interface Bundle {
  readonly name: string;
  /** A CommonJS file that exports `handler`. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** Settings of build/esbuild.yml that esbuild itself does not know. */
const NOT_OF_ESBUILD = ['outputFileExtension', 'exclude'];

/** Options of serverless.yml for one bundle that is not written. */
export function esbuildOptions(): BuildOptions {
  const options = Object.entries(parse(readFileSync(join(ROOT, 'build/esbuild.yml'), 'utf8'))).filter(
    ([name]) => !NOT_OF_ESBUILD.includes(name),
  );
  return { ...Object.fromEntries(options), absWorkingDir: ROOT, write: false, logLevel: 'error' };
}

/** The file that is deployed for a function of serverless.yml, built with the settings there. */
export async function bundleFunction(name: string): Promise<Bundle> {
  const handler = readService().functions[name]?.handler;
  if (handler === undefined) throw new Error(`serverless.yml has no function ${name}`);
  return bundleEntry(name, handler.replace(/\.handler$/, '.ts'));
}

/** Bundles any entry in the same way. */
export async function bundleEntry(name: string, entry: string): Promise<Bundle> {
  const { outputFiles } = await build({ ...esbuildOptions(), entryPoints: [entry], outfile: `${name}.cjs` });
  const contents = outputFiles?.[0]?.contents ?? new Uint8Array();
  const directory = join(tmpdir(), `bench-bundles-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.cjs`);
  writeFileSync(file, contents);
  return { name, file, bytes: contents.length, gzipBytes: gzipSync(contents, { level: 9 }).length };
}
