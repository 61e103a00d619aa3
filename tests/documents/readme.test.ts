import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const CONTRIBUTING = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const INDEX = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');

describe('README.md', () => {
  it('is read in one go: at most 150 lines, details in docs/', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('shows pictures that exist', () => {
    const pictures = [...README.matchAll(/(?:src|srcset)="([^"]+)"|!\[[^\]]*\]\(([^)]+)\)/g)].map(
      ([, html, markdown]) => html ?? markdown ?? '',
    );
    expect(pictures).toHaveLength(3);
    expect(pictures.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('the table of folders', () => {
  const rowsOf = (page: string) =>
    page
      .split('\n')
      .filter((line) => /^\| `[^|]*\/[^|]*` \|/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
  const rows = rowsOf(CONTRIBUTING);
  const foldersOf = (cell = '') => [...cell.matchAll(/`(\w[\w-]*)\//g)].map(([, name = '']) => name);
  const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');

  it('of CONTRIBUTING.md has every folder of the repository', () => {
    const folders = files.flatMap((file) => /^(\w[\w-]*)\//.exec(file)?.[1] ?? []);
    const listed = rows.flatMap(([, cell]) => foldersOf(cell));
    expect([...new Set(listed)].sort()).toEqual([...new Set(folders)].sort());
  });

  it('of CONTRIBUTING.md has a rule of imports for every folder with code', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const withCode = files.flatMap((file) => /^(\w[\w-]*)\/.*\.[cm]?[jt]s$/.exec(file)?.[1] ?? []);
    const checked = scripts['check:imports'].split(' dependency-cruiser ')[1].split(' ');
    expect(checked.toSorted()).toEqual([...new Set(withCode)].sort());
  });

  it('of README.md is that of CONTRIBUTING.md, without imports and without the rooms of functions/', () => {
    const short = rows.filter(([, folder = '']) => !/^`functions\/\w+\/`$/.test(folder));
    expect(rowsOf(README).map(([, ...cells]) => cells.slice(0, 2))).toEqual(
      short.map(([, ...cells]) => cells.slice(0, 2)),
    );
  });
});

describe('docs/README.md', () => {
  it.each(globSync('*.md', { cwd: join(ROOT, 'docs') }).filter((file) => file !== 'README.md'))(
    'has %s in its index',
    (file) => {
      expect(INDEX).toContain(`](${file})`);
    },
  );
});
