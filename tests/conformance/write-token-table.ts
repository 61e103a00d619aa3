import { writeFileSync } from 'node:fs';
import { OAUTH_DOCUMENT, oauthDocument } from './oauth/document.ts';
import { DOCUMENT, readDocument, withTokenTable } from './token-table.ts';

/** `npm run docs:tokens`: writes the tables of tokens. documentation.test.ts notices when one is old. */
writeFileSync(DOCUMENT, withTokenTable(readDocument()));
writeFileSync(OAUTH_DOCUMENT, oauthDocument());
