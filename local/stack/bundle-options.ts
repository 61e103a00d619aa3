import type { BuildOptions } from 'esbuild';

/** What is read of the framework to bundle its functions. */
export interface BundledFunctions {
  readonly custom: {
    /** build/esbuild.yml */
    readonly esbuild: BuildOptions & {
      readonly outputFileExtension: string;
      readonly exclude: readonly string[];
    };
  };
  readonly functions: Readonly<Record<string, { readonly handler: string }>>;
}

/** The options of esbuild in `custom.esbuild`, without entry points: on a laptop and for a deployment the same. */
export function bundleOptions({ custom }: BundledFunctions): BuildOptions {
  const { outputFileExtension, exclude, ...options } = custom.esbuild;
  return { ...options, external: [...exclude], outExtension: { '.js': outputFileExtension } };
}

/** The entry points of esbuild, each a source below the service. */
export function entryPoints(entries: readonly string[]): { in: string; out: string }[] {
  return entries.map((entry) => ({ in: `${entry}.ts`, out: entry }));
}

/** The file of each function without its extension, once: `functions/get-task` of `functions/get-task.handler`. */
export function entriesOf({ functions }: Pick<BundledFunctions, 'functions'>): string[] {
  return [...new Set(Object.values(functions).map(entryOf))];
}

/** The file of one function without its extension. */
export function entryOf({ handler }: { readonly handler: string }): string {
  return handler.slice(0, handler.lastIndexOf('.'));
}
