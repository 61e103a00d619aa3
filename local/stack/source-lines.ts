import { SourceMap } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Text of the source map of each bundle, by the absolute path of the bundle; parsed when an error needs it. */
const texts = new Map<string, string>();
const parsed = new Map<string, SourceMap>();

/** Keeps the source map of a bundle that was just written. */
export function keepSourceMap(bundle: string, text: string): void {
  texts.set(bundle, text);
  parsed.delete(bundle);
}

/**
 * Lets each stack of this process name sources where it would name bundles. The bundles themselves stay those that are
 * deployed: source maps are never written into them.
 *
 * @param directory from which sources are named, absolute.
 */
export function showSourceLines(directory: string): void {
  Error.prepareStackTrace = (error, sites) =>
    [describe(error), ...ofTheFunction(sites).map((site) => `    at ${describeSite(site, directory)}`)].join(
      '\n',
    );
}

/** Without the calls that led into the bundle. A stack without a bundle is left whole. */
function ofTheFunction(sites: readonly NodeJS.CallSite[]): readonly NodeJS.CallSite[] {
  const last = sites.findLastIndex((site) => texts.has(site.getFileName() ?? ''));
  return last === -1 ? sites : sites.slice(0, last + 1);
}

/** `Error: message`, as V8 has it; an error whose text cannot be made keeps its stack. */
function describe(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function describeSite(site: NodeJS.CallSite, directory: string): string {
  const [bundle, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
  const map = bundle && findMap(bundle);
  if (!map || line === null || column === null) return site.toString();
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return site.toString();
  // Sources of a map are addresses: a letter that is not ASCII is encoded in them.
  const source = fileURLToPath(new URL(entry.originalSource, pathToFileURL(bundle)));
  return `${relative(directory, source).replaceAll('\\', '/')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function findMap(bundle: string): SourceMap | undefined {
  const text = texts.get(bundle);
  if (text === undefined) return undefined;
  const map = parsed.get(bundle) ?? new SourceMap(JSON.parse(text));
  parsed.set(bundle, map);
  return map;
}
