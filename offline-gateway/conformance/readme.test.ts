import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sectionOf } from './markdown.ts';
import { readmeTable } from './readme.ts';
import { RECORDED_FACTS } from './recorded/facts.ts';
import { countsTable, factsTable } from './recorded/pages.ts';
import { ROWS } from './rows.ts';

const GATEWAY = join(import.meta.dirname, '..');
const FACT_ID = /\bGW-\d+\b/g;
/** A table row of API-GATEWAY.md begins with the id it defines. */
const DEFINED = /^\| (GW-\d+) \|(.*)\|$/gm;
const STANDINGS = ['documented', 'recorded', 'reported', 'not known'];

function read(file: string): string {
  return readFileSync(join(GATEWAY, file), 'utf8');
}

function definedFacts() {
  return [...read('API-GATEWAY.md').matchAll(DEFINED)].map(([, id = '', rest = '']) => {
    const cells = rest.split('|').map((cell) => cell.trim());
    return { id, source: cells.at(-2) ?? '', standing: cells.at(-1) ?? '' };
  });
}

it('the README lists the fifty differences as the table tests them', () => {
  expect(read('README.md')).toContain(readmeTable());
});

it('the README counts every recorded fact, and all of them for the plugin', () => {
  const all = new Set(RECORDED_FACTS.map(({ id }) => id));
  // The counts for serverless-offline alone are measured by `npm run gateway:compare`, not here.
  const withoutAlone = (table: string) =>
    table.replace(/\| (\d+|serverless-offline alone) \| ([^|]*) \|$/gm, '| $2 |');
  expect(withoutAlone(sectionOf(read('README.md'), 'recorded'))).toBe(
    withoutAlone(countsTable(new Set(), all)),
  );
});

describe('the table of versions', () => {
  const { peerDependencies: peers, devDependencies: installed, engines } = JSON.parse(read('package.json'));
  const section = sectionOf(read('README.md'), 'versions');
  const lines = section.split('\n').filter((line) => /^\| \d/.test(line));
  const column = (at: number) =>
    lines.map((line) => line.split('|')[at]?.trim() ?? '').toSorted((one, other) => compare(one, other));

  it.each<[string, number, string, string]>([
    ['osls', 1, peers.serverless, installed.serverless.replace('npm:osls@', '')],
    ['serverless-offline', 2, peers['serverless-offline'], installed['serverless-offline']],
    ['Node', 3, engines.node, engines.node],
  ])('%s begins where package.json does, and has what is installed here', (_name, at, range, newest) => {
    const [, oldest = ''] = /^>=([\d.]+)/.exec(range) ?? [];
    const tested = column(at);
    expect(`${tested[0]}.`).toMatch(new RegExp(`^${oldest.replaceAll('.', '\\.')}\\.`));
    expect(compare(tested.at(-1) ?? '', newest.replace('>=', ''))).toBeGreaterThanOrEqual(0);
    expect(new Set(tested).size).toBeGreaterThan(1);
  });

  it('shows each combination like AWS in every row and fact, and says when it was measured', () => {
    const rows = ROWS.filter(({ state }) => state !== 'out of scope').length;
    const all = ` ${rows} of ${rows} | ${RECORDED_FACTS.length} of ${RECORDED_FACTS.length} |`;
    expect(lines.filter((line) => !line.endsWith(all))).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(section).toMatch(/\nMeasured on \d{4}-\d\d-\d\d\.$/);
  });
});

function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

it('API-GATEWAY.md lists the recorded facts as they are tested', () => {
  expect(sectionOf(read('API-GATEWAY.md'), 'recorded')).toBe(factsTable());
});

describe('API-GATEWAY.md', () => {
  const facts = definedFacts();
  const ids = new Set(facts.map(({ id }) => id));

  it('defines each id once', () => {
    expect(facts.length).toBeGreaterThan(100);
    expect(ids.size).toBe(facts.length);
  });

  it('gives each fact a standing, and a source unless it is not known', () => {
    const wrong = facts.filter(({ source, standing }) => {
      return !STANDINGS.includes(standing) || (!/\[[^\]]+\]|LS /.test(source) && standing !== 'not known');
    });
    expect(wrong).toEqual([]);
  });

  it('defines every source that it names', () => {
    const page = read('API-GATEWAY.md');
    const named = facts.flatMap(({ source }) =>
      [...source.matchAll(/\[([^\]]+)\](?!`)/g)].map(([, name]) => name),
    );
    const missing = named.filter((name) => !page.includes(`\n[${name}]: https://`));
    expect(missing).toEqual([]);
  });

  it('has every id that the code, the comments and the README cite', () => {
    const files = globSync('**/*.{ts,cjs,yml,md}', { cwd: GATEWAY, exclude: ['**/node_modules/**'] });
    expect(files.length).toBeGreaterThan(60);
    const unknown = files.flatMap((file) =>
      [...read(file).matchAll(FACT_ID)].filter(([id]) => !ids.has(id)).map(([id]) => `${file}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it('is cited by every row of the conformance table', () => {
    expect(ROWS.filter(({ facts: cited = [] }) => cited.length === 0)).toEqual([]);
  });
});
