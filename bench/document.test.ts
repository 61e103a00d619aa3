import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readReport, withPage } from '../support/measure/report.ts';
import { DOCUMENT, FIGURES, pageOf } from './document.ts';

const page = pageOf(readReport(FIGURES));

describe(DOCUMENT, () => {
  it('has the figures of its file', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withPage(document, page)).toBe(document);
    expect(Object.keys(page.pictures)).toEqual(
      expect.arrayContaining(['docs/pictures/performance-goals.svg', 'docs/pictures/performance-peers.svg']),
    );
  });

  it('has pictures of these figures', () => {
    const drawn = Object.keys(page.pictures).map((file) => [file, readFileSync(file, 'utf8')]);
    expect(Object.fromEntries(drawn)).toEqual(page.pictures);
  });
});
