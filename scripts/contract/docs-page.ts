import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** What the docs page is made of. */
export interface DocsInputs {
  readonly style: string;
  readonly code: string;
  readonly loader: string;
}

/** Our own lines of style, for what docs-loader.js closes. */
const STYLE = `
.swagger-ui summary { cursor: pointer; padding: 6px 0; font-size: 13px; }
.swagger-ui .responses-wrapper + details > summary { padding: 14px 20px; font-size: 14px; }
`;

export function readDocsInputs(): DocsInputs {
  const read = (url: string) => readFileSync(new URL(url), 'utf8');
  return {
    style: read(import.meta.resolve('swagger-ui-dist/swagger-ui.css')) + STYLE,
    code: read(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
    loader: read(import.meta.resolve('./docs-loader.js')),
  };
}

/**
 * The module with the page. Compressed bytes may differ between builds of zlib, so the module holds a hash of its
 * inputs. It is written again only when the hash changes.
 *
 * @param existing the module as it is now, if it is there.
 */
export function docsModule(inputs: DocsInputs, header: string, existing: string | undefined): string {
  const stamp = `// Made from inputs ${hashOf('hex', JSON.stringify([inputs, pageOf(inputs, () => '')]))}.\n`;
  if (existing?.startsWith(header + stamp)) return existing;
  const page = pageOf(inputs, pack);
  return [
    header + stamp,
    '/** Swagger UI in one page. */',
    `export const DOCS_PAGE = ${JSON.stringify(page)};\n`,
    '/** Strong entity tag of the page. */',
    `export const DOCS_ETAG = ${JSON.stringify(`"${hashOf('base64url', page)}"`)};\n`,
    '/** Lets run and show what the page itself holds, and talk to the API it came from. */',
    `export const DOCS_POLICY = ${JSON.stringify(policyOf(inputs))};\n`,
  ].join('\n');
}

function hashOf(encoding: 'hex' | 'base64' | 'base64url', text: string): string {
  return createHash('sha256').update(text).digest(encoding);
}

/** Text in a text: API Gateway carries no bytes unless it is told to for the whole API. */
function pack(text: string): string {
  return gzipSync(text, { level: 9 }).toString('base64');
}

function policyOf({ style, code, loader }: DocsInputs): string {
  const allow = (...texts: string[]) => texts.map((text) => `'sha256-${hashOf('base64', text)}'`).join(' ');
  return [
    "default-src 'none'",
    `script-src ${allow(loader, code)}`,
    `style-src ${allow(style)}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function pageOf({ style, code, loader }: DocsInputs, packed: (text: string) => string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Better Auth todo API</title>
<link rel="icon" href="data:,">
<!-- Swagger UI, Copyright SmartBear Software Inc., Apache License 2.0, https://github.com/swagger-api/swagger-ui -->
</head>
<body>
<p id="loading">Loading the documentation. The contract itself is at <a href="openapi.json">openapi.json</a>.</p>
<div id="swagger-ui"></div>
<script type="text/plain" id="style">${packed(style)}</script>
<script type="text/plain" id="code">${packed(code)}</script>
<script>${loader}</script>
</body>
</html>
`;
}
