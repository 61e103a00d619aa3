import { writeFileSync } from 'node:fs';
import { DOCUMENT, readDocument, withTokenTable } from './token-table.ts';

/** `npm run docs:tokens`: writes the table of tokens into docs/security.md. documentation.test.ts notices when it is old. */
writeFileSync(DOCUMENT, withTokenTable(readDocument()));
