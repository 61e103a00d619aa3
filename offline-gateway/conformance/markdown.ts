type Cell = string | number;

/** How a column is aligned, from the second on: figures read better from the right. */
const RULES = { left: '---', right: '---:' };

/**
 * A table in Markdown.
 *
 * @param rows the first is the head.
 */
export function markdownTable(
  [head = [], ...body]: readonly (readonly Cell[])[],
  figures: keyof typeof RULES = 'left',
): string {
  const line = (cells: readonly Cell[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? RULES.left : RULES[figures]));
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/**
 * A page with other content in a section that a program writes; the rest of the page is written by hand. The section
 * `figures` is between `<!-- figures:begin, and any words -->` and `<!-- figures:end -->`.
 *
 * @throws when the page has no such section.
 */
export function withSection(page: string, name: string, content: string): string {
  const { begin, end } = findSection(page, name);
  const inside = content === '' ? '' : `\n${content}\n\n`;
  return `${page.slice(0, begin)}${inside}${page.slice(end)}`;
}

/** What a section has now. @throws when the page has no such section. */
export function sectionOf(page: string, name: string): string {
  const { begin, end } = findSection(page, name);
  return page.slice(begin, end).trim();
}

function findSection(page: string, name: string): { begin: number; end: number } {
  const [opening] = new RegExp(`<!-- ${name}:begin\\b[^>]*-->\n`).exec(page) ?? [];
  const begin = opening === undefined ? -1 : page.indexOf(opening) + opening.length;
  const end = page.indexOf(`<!-- ${name}:end -->`, begin);
  if (opening === undefined || end < 0) throw new Error(`the page has no section ${name}`);
  return { begin, end };
}
