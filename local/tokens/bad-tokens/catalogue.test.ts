import { describe, expect, it } from '@jest/globals';
import { REJECTIONS, type RejectionCode } from '../../../authorizer/rejections.ts';
import { startAuthorizer, verdictOnHeader } from '../../../support/authorizers.ts';
import { attackTables, openEnv } from '../../../support/bad-tokens.ts';
import { NOW_S, OTHER_SECRET, tokenMaker } from '../../../support/tokens.ts';
import { PLAIN_BAD_TOKENS } from './plain.ts';
import { makeTokenMaker } from './token-maker.ts';

const rows = attackTables().flatMap((table) => table.rows);
const plain = Object.values(PLAIN_BAD_TOKENS).flat();

describe('the catalogue of bad tokens', () => {
  it.each(Object.keys(REJECTIONS) as RejectionCode[])('has a token that is refused with %s', (code) => {
    expect(PLAIN_BAD_TOKENS[code]?.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.code)).toContain(code);
  });

  it('holds each header once, under one name', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(new Set(rows.map(({ header }) => header)).size).toBe(rows.length);
  });

  /** The checks of a deployment send these, and have no key of it. */
  it.each(plain.filter(({ unsigned }) => unsigned))(
    'has a token that anyone can make: $name',
    async ({ code, header }) => {
      const { claims } = tokenMaker;
      const stranger = makeTokenMaker({ nowS: NOW_S, secret: OTHER_SECRET, otherSecret: '', claims });
      expect(await verdictOnHeader(startAuthorizer(openEnv()), header(stranger))).toBe(code);
    },
  );
});
