import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REJECTIONS } from '../../authorizer/rejections.ts';
import { OAUTH_DOCUMENT, oauthDocument } from './oauth/document.ts';
import { DOCUMENT, readDocument, withTokenTable } from './token-table.ts';
import { oldestThatWorks, VERSIONS_DOCUMENT } from './versions/document.ts';

describe('docs/security.md', () => {
  it('has the table of tokens that the suite proves; npm run docs:tokens writes it', () => {
    expect(withTokenTable(readDocument())).toBe(readDocument());
  });

  it('names only tests and files that exist', () => {
    const links = [...readDocument().matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((path) => !existsSync(join(dirname(DOCUMENT), path)))).toEqual([]);
  });

  it('explains every code there is', () => {
    const missing = Object.keys(REJECTIONS).filter((code) => !readDocument().includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });

  it('is where SECURITY.md points to', () => {
    expect(readFileSync('SECURITY.md', 'utf8')).toContain('docs/security.md');
  });
});

describe('docs/oauth-tokens.md', () => {
  it('is what the suite proves; npm run docs:tokens writes it', () => {
    expect(readFileSync(OAUTH_DOCUMENT, 'utf8')).toBe(oauthDocument());
  });
});

describe('docs/better-auth-versions.md', () => {
  it('has the version from which on the README says that the API works', () => {
    const oldest = oldestThatWorks(readFileSync(VERSIONS_DOCUMENT, 'utf8'));
    expect(readFileSync('README.md', 'utf8')).toContain(`Better Auth ${oldest} and newer`);
  });
});
