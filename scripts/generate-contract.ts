/**
 * Makes `functions/http/generated/` out of openapi.yml: types, error codes, and per function its contract with validators.
 * The table of error codes goes to docs/errors.md. With
 * `--check` it writes nothing and exits 1 when a file differs from the document. With `--print` it only writes the
 * published document to standard output.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { type Document, publish, readDocument } from '../support/document.ts';
import { kebabCase } from '../support/operations.ts';
import { docsModule, readDocsInputs } from './contract/docs-page.ts';
import { errorCodesModule, errorCodesOf, errorCodesPage } from './contract/error-codes.ts';
import {
  authTypes,
  contractModule,
  functionsOf,
  HEADER,
  scopesModule,
  validatedView,
} from './contract/operations.ts';

const FOLDER = new URL('../functions/http/generated/', import.meta.url);
const GATEWAY_RESPONSES = new URL('../deploy/gateway-responses.yml', import.meta.url);
/** The page of error codes, seen from the folder. */
const ERRORS_PAGE = '../../../docs/errors.md';

/** File name → text of everything that is made from the document. */
async function generate(source: Document): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const types = await openapiTypescript(publish(validatedView(source)) as never);
  files.set('types.ts', `${HEADER}${astToString(types)}${authTypes(source)}`);
  files.set(
    'version.ts',
    `${HEADER}/** The release, \`info.version\` of openapi.yml. */\nexport const VERSION = '${source.info.version}';\n`,
  );
  files.set('scopes.ts', scopesModule(source));
  const codes = errorCodesOf(source, readFileSync(GATEWAY_RESPONSES, 'utf8'));
  files.set('error-codes.ts', errorCodesModule(codes, HEADER));
  files.set(ERRORS_PAGE, errorCodesPage(codes));
  files.set('openapi-json.ts', openApiModule(source));
  files.set('docs-page.ts', docsModule(readDocsInputs(), HEADER, read('docs-page.ts')));
  for (const [name, served] of functionsOf(source)) {
    files.set(`${kebabCase(name)}.ts`, contractModule(source, name, served));
  }
  return files;
}

/** The published document as text: nothing is read from disk and little is parsed when the function starts. */
function openApiModule(source: Document): string {
  const { servers: _, ...document } = publish(source);
  return `${HEADER}/** openapi.yml as JSON, but for \`servers\`. */\nexport const OPENAPI_JSON = ${JSON.stringify(JSON.stringify(document))};\n`;
}

function read(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, FOLDER), 'utf8');
  } catch {
    return undefined;
  }
}

mkdirSync(FOLDER, { recursive: true });
const files = await generate(readDocument());
const changed = [...files].filter(([name, text]) => read(name) !== text).map(([name]) => name);
const extra = readdirSync(FOLDER).filter((name) => !files.has(name));

if (process.argv.includes('--print')) {
  process.stdout.write(JSON.stringify(publish(readDocument()), null, 2));
} else if (process.argv.includes('--check')) {
  const stale = [...changed, ...extra];
  if (stale.length > 0) {
    process.stderr.write(`functions/http/generated is not what openapi.yml says: ${stale.join(', ')}\n`);
    process.stderr.write('Run: npm run generate\n');
    process.exit(1);
  }
} else {
  for (const name of changed) writeFileSync(new URL(name, FOLDER), files.get(name) ?? '');
  for (const name of extra) rmSync(new URL(name, FOLDER));
  process.stdout.write(
    `functions/http/generated: ${changed.length + extra.length} of ${files.size} files changed\n`,
  );
}
