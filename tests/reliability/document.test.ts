import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withPage } from '../../support/measure/report.ts';
import { DOCUMENT, FIGURES, pageOf } from './document.ts';
import { readOutcomes } from './outcomes.ts';

const page = pageOf(readOutcomes(FIGURES));

describe(DOCUMENT, () => {
  it('has the figures of its file', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withPage(document, page)).toBe(document);
  });

  it('has pictures of these figures', () => {
    const drawn = Object.keys(page.pictures).map((file) => [file, readFileSync(file, 'utf8')]);
    expect(Object.fromEntries(drawn)).toEqual(page.pictures);
  });
});
