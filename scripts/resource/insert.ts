import { isNode, parseDocument } from 'yaml';

/**
 * Puts each text at the end of the map or list at its path. Everything else stays letter for letter, comments included.
 *
 * @throws {Error} when there is nothing at a path.
 */
export function insertIntoYaml(
  source: string,
  additions: readonly (readonly [path: readonly (string | number)[], text: string])[],
): string {
  const document = parseDocument(source, { logLevel: 'silent' });
  const places = additions.map(([path, text]) => {
    const node = document.getIn(path, true);
    const end = isNode(node) ? node.range?.[1] : undefined;
    if (end === undefined) throw new Error(`there is no ${path.join('.')}`);
    return { at: endOfLine(source, end), text };
  });
  return places
    .toSorted((one, other) => other.at - one.at)
    .reduce((text, place) => text.slice(0, place.at) + place.text + text.slice(place.at), source);
}

/** Where the line of a position ends, unless the position begins a line. */
export function endOfLine(source: string, position: number): number {
  if (source[position - 1] === '\n') return position;
  const end = source.indexOf('\n', position);
  return end < 0 ? source.length : end + 1;
}
