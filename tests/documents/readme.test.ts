import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
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

describe('docs/README.md', () => {
  it.each(globSync('*.md', { cwd: join(ROOT, 'docs') }).filter((file) => file !== 'README.md'))(
    'has %s in its index',
    (file) => {
      expect(INDEX).toContain(`](${file})`);
    },
  );
});
