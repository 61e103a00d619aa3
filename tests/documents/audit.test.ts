import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
type Row = [id: string | number, state: string, requirement: string, shown: string[]];
const sections: { source: string; rows: Row[] }[] = parse(
  readFileSync(join(ROOT, 'scripts/audit/rows.yml'), 'utf8'),
);
const rows = sections.flatMap((section) => section.rows);

describe('the audit', () => {
  it.each(rows)(
    'shows %s with files that are there, and with what they say',
    (_id, state, requirement, shown) => {
      expect(['met', 'partly', 'not']).toContain(state);
      expect(requirement).toMatch(/\w/);
      if (state !== 'not') expect(shown).not.toEqual([]);
      for (const [file = '', text] of shown.map((one) => one.split('#'))) {
        expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
        if (text !== undefined) expect(readFileSync(join(ROOT, file), 'utf8')).toContain(text);
      }
    },
  );

  it.each(['V2', 'V4', 'V9', 'V10', 'V11', 'V13', 'V16', 'Serverless'])('has rows of %s', (chapter) => {
    expect(
      sections.filter(({ source }) => source.includes(`${chapter} `)).flatMap(({ rows }) => rows),
    ).not.toEqual([]);
  });

  it('has each row once', () => {
    const ids = rows.map(([id]) => String(id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
