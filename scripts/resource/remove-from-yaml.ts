import { type Document, isMap, isNode, isPair, isScalar, isSeq, type Pair, parse, parseDocument } from 'yaml';
import { endOfLine } from './insert.ts';

/** Keys and positions from the root, such as `['paths', '/api/notes']`. */
export type YamlPath = readonly (string | number)[];

/**
 * Takes out what is at each path, with its lines. Everything else stays letter for letter, comments included.
 *
 * @throws {Error} when there is nothing at a path, or when something else refers to what was there.
 */
export function removeFromYaml(source: string, paths: readonly YamlPath[]): string {
  const document = parseDocument(source, { logLevel: 'silent' });
  const removed = paths.map((path) => linesOf(source, document, path));
  const text = removed
    .toSorted((one, other) => other.from - one.from)
    .reduce((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), source);
  try {
    parse(text, { logLevel: 'silent' });
  } catch (cause) {
    throw new Error(`something refers to what is at ${paths.map((path) => path.join('.')).join(', ')}`, {
      cause,
    });
  }
  return text;
}

/** From the beginning of the first line to the beginning of what follows. */
function linesOf(source: string, document: Document, path: YamlPath): { from: number; to: number } {
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const items: readonly unknown[] = isMap(parent) || isSeq(parent) ? parent.items : [];
  const item = items.find((entry, index) =>
    isPair(entry) ? isScalar(entry.key) && entry.key.value === last : index === last,
  );
  const first = isPair(item) ? (item as Pair).key : item;
  const value = isPair(item) ? (item as Pair).value : item;
  if (!isNode(first) || !isNode(value) || !first.range || !value.range)
    throw new Error(`there is no ${path.join('.')}`);
  const from = source.lastIndexOf('\n', first.range[0]) + 1;
  const to = endOfLine(source, value.range[1]);
  // Of an entry between two empty lines, one stays.
  const isApart = source.slice(0, from).endsWith('\n\n') && source[to] === '\n';
  return { from, to: isApart ? to + 1 : to };
}
