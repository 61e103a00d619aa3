import { createRequire, Module, registerHooks, syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a function has for itself while it shares the process with other functions. */
export interface Sandbox {
  /** Its `process.env`. */
  readonly environment: Record<string, string>;
  /** Its CommonJS modules by path, as in `require.cache`. */
  readonly modules: Record<string, NodeJS.Module>;
  /** Part of the URL of its ES modules. */
  readonly id: string;
}

/** Finds the sandbox of the function that is running, if one is. */
export type FindSandbox = () => Sandbox | undefined;

/** Variables of this machine that a runtime needs when it starts a program, such as Python. */
const OF_THE_TOOLS = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'SystemRoot',
  'VIRTUAL_ENV',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'GOCACHE',
  'GEM_HOME',
  'GEM_PATH',
];

let made = 0;

/** @param startsPrograms true for a runtime other than Node. */
export function makeSandbox(startsPrograms: boolean): Sandbox {
  made += 1;
  return {
    // serverless-offline copies the AWS variables out of the environment in which it makes a function.
    environment: variables([
      ...Object.keys(process.env).filter((name) => name.startsWith('AWS_')),
      ...(startsPrograms ? OF_THE_TOOLS : []),
    ]),
    modules: {},
    id: String(made),
  };
}

function variables(names: readonly string[]): Record<string, string> {
  const { env } = process;
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Gives each function a `process.env` of its own. Code that runs outside functions keeps that of the process. */
export function separateEnvironments(find: FindSandbox): void {
  const ofProcess = process.env;
  const current = () => find()?.environment ?? ofProcess;
  process.env = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_, name) => Reflect.get(current(), name),
      set: (_, name, value) => define(current(), name, value),
      has: (_, name) => Reflect.has(current(), name),
      deleteProperty: (_, name) => Reflect.deleteProperty(current(), name),
      defineProperty: (_, name, { value }) => define(current(), name, value),
      ownKeys: () => Reflect.ownKeys(current()),
      getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(current(), name),
    },
  );
  // `import { env } from 'node:process'` reads a copy.
  syncBuiltinESMExports();
}

/** Variables are text, as in Node's own `process.env`. */
function define(environment: NodeJS.ProcessEnv, name: string | symbol, value: unknown): boolean {
  const writable = { value: `${value}`, writable: true, enumerable: true, configurable: true };
  return Reflect.defineProperty(environment, name, writable);
}

/**
 * Gives each function modules of its own, as on Lambda. So what a module reads from the environment while it is loaded is
 * the function's own too. Packages in node_modules are loaded once, for all functions.
 *
 * @param folders of the service and of its bundles.
 */
export function separateModules(folders: readonly string[], find: FindSandbox): void {
  const isSeparate = (file: string) =>
    !file.includes(`${sep}node_modules${sep}`) && folders.some((folder) => file.startsWith(folder + sep));
  separateCommonJs(isSeparate, find);
  separateEsModules(isSeparate, find);
}

type IsSeparate = (file: string) => boolean;

function separateCommonJs(isSeparate: IsSeparate, find: FindSandbox): void {
  const shared = createRequire(import.meta.url).cache;
  const cacheOf = (file: string | symbol) =>
    (typeof file === 'string' && isSeparate(file) ? find()?.modules : undefined) ?? shared;
  const cache = new Proxy(shared, {
    get: (_, file) => Reflect.get(cacheOf(file), file),
    set: (_, file, loaded) => Reflect.set(cacheOf(file), file, loaded),
    has: (_, file) => Reflect.has(cacheOf(file), file),
    deleteProperty: (_, file) => Reflect.deleteProperty(cacheOf(file), file),
    ownKeys: () => [...new Set([...Reflect.ownKeys(shared), ...Reflect.ownKeys(find()?.modules ?? {})])],
    getOwnPropertyDescriptor: (_, file) => Reflect.getOwnPropertyDescriptor(cacheOf(file), file),
  });
  // Not in its types: Node looks modules up in this object.
  Object.assign(Module, { _cache: cache });
}

const MARK = 'offlineGateway';

/** Node keeps one module for each URL, so the URL names the function. */
function separateEsModules(isSeparate: IsSeparate, find: FindSandbox): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const id = find()?.id ?? markOf(context.parentURL);
      if (id === undefined || !context.conditions.includes('import')) return found;
      if (!found.url.startsWith('file:') || !isSeparate(fileURLToPath(found.url))) return found;
      const url = new URL(found.url);
      url.searchParams.set(MARK, id);
      return { ...found, url: url.href };
    },
  });
}

function markOf(parent: string | undefined): string | undefined {
  return URL.parse(parent ?? '')?.searchParams.get(MARK) ?? undefined;
}
