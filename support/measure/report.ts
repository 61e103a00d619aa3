import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withSection } from '../../offline-gateway/conformance/markdown.ts';
import { type Detail, type Outcome, type Result, verdict } from './result.ts';

/** Under which conditions figures were taken. */
export interface Conditions {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** Load average of one minute before and after. */
  readonly load: string;
}

/** An outcome with its conditions, as it is kept. */
export type Entry = Outcome & { readonly ids: readonly string[]; readonly conditions: Conditions };

/** All entries so far, the latest of each benchmark. */
export type Report = Readonly<Record<string, Entry>>;

export function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return {};
  }
}

export function writeReport(path: string, report: Report): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}

/** Lines of cells padded to columns, for a terminal. */
export function toText(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

export const RESULT_COLUMNS = ['#', 'what', 'goal', 'figure', '', 'note'];

export function toRow(result: Result): string[] {
  const { compare, limit, further, unit } = result.goal;
  const goal = `${compare} ${limit}${further === undefined ? '' : ` (further goal ${further})`} ${unit}`;
  const figure = result.figure === undefined ? '–' : String(Number(result.figure.toPrecision(3)));
  return [result.id, result.what, goal, figure, verdict(result), result.note];
}

export function detailRows({ columns, rows }: Detail): (readonly (string | number)[])[] {
  return [columns, ...rows];
}

/** A page of figures: the rest of it is written by hand. */
export interface Page {
  /** What stands between its markers for figures. */
  readonly figures: string;
  /** What it begins with, by file. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** The document with the page in it. @throws when it has no section for it. */
export function withPage(document: string, { figures, pictures }: Page): string {
  const links = Object.keys(pictures).map(
    (file) => `![${file.replace(/.*\/|\.svg$/g, '')}](${file.replace('docs/', '')})`,
  );
  return withSection(withSection(document, 'figures', figures), 'pictures', links.join('\n\n'));
}

/** Writes a page into its document, and its pictures. */
export function writePage(path: string, page: Page): void {
  writeFileSync(path, withPage(readFileSync(path, 'utf8'), page));
  for (const [file, picture] of Object.entries(page.pictures)) writeFileSync(file, picture);
}
