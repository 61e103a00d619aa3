/**
 * `npm run pictures`: the way of a request, as docs/pictures/request-light.svg and -dark.svg, out of serverless.yml and
 * openapi.yml. With `--check` it writes nothing and exits 1 when a picture is not what they say.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { operationsOf, readDocument } from '../support/document.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url);
const WIDTH = 840;
const HEIGHT = 330;

interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly box: string;
  readonly good: string;
  readonly bad: string;
}

const PALETTES: Readonly<Record<string, Palette>> = {
  light: { ink: '#1f2328', quiet: '#59636e', box: '#f6f8fa', good: '#1a7f37', bad: '#cf222e' },
  dark: { ink: '#e6edf3', quiet: '#9198a1', box: '#161b22', good: '#3fb950', bad: '#ff7b72' },
};

interface Facts {
  /** Seconds for which API Gateway keeps the answer of the authorizer. */
  readonly cachedS: number;
  readonly protectedOperations: number;
  readonly openOperations: number;
}

function readFacts(): Facts {
  const service = parse(readFileSync(new URL('../serverless.yml', import.meta.url), 'utf8'), {
    logLevel: 'silent',
  });
  const operations = operationsOf(readDocument()).map(
    ({ operation }) => operation as { security?: unknown[] },
  );
  const needsToken = ({ security = [{}] }: { security?: unknown[] }) =>
    !security.some((way) => Object.keys(Object(way)).length === 0) && security.length > 0;
  const count = operations.filter(needsToken).length;
  return {
    cachedS: service.custom.authorizer.resultTtlInSeconds,
    protectedOperations: count,
    openOperations: operations.length - count,
  };
}

function draw({ cachedS, protectedOperations, openOperations }: Facts, colour: Palette): string {
  const box = (x: number, y: number, width: number, title: string, ...lines: string[]) =>
    `<rect x="${x}" y="${y}" width="${width}" height="84" rx="8" fill="${colour.box}" stroke="${colour.quiet}"/>` +
    text(x + width / 2, y + 26, title, 'class="t"') +
    lines.map((line, at) => text(x + width / 2, y + 47 + at * 18, line, 'class="q"')).join('');
  const text = (x: number, y: number, words: string, more = 'class="q"') =>
    `<text x="${x}" y="${y}" text-anchor="middle" ${more}>${words}</text>`;
  const arrow = (path: string, kind: 'quiet' | 'good' | 'bad') =>
    `<path d="${path}" fill="none" stroke="${colour[kind]}" stroke-width="2" marker-end="url(#${kind})"/>`;
  const marker = (kind: 'quiet' | 'good' | 'bad') =>
    `<marker id="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="${colour[kind]}"/></marker>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="The way of a request: client, API Gateway, authorizer, handler, DynamoDB">`,
    `<style>text{font:13px system-ui,sans-serif;fill:${colour.quiet}}.t{font-weight:600;font-size:15px;fill:${colour.ink}}.g{fill:${colour.good}}.b{fill:${colour.bad}}</style>`,
    `<defs>${marker('quiet')}${marker('good')}${marker('bad')}</defs>`,
    box(10, 190, 120, 'Client', 'Better Auth JWT'),
    box(250, 190, 140, 'API Gateway', `verdict kept ${cachedS} s`, 'per token'),
    box(250, 20, 140, 'Authorizer', 'signature, times,', 'issuer, audience'),
    box(510, 190, 140, 'Handler', 'token still valid?', 'scope, own data'),
    box(730, 190, 100, 'DynamoDB', 'one partition', 'per user'),
    arrow('M130 222H247', 'quiet'),
    text(188, 212, 'Bearer token'),
    arrow('M290 190V107', 'quiet'),
    text(238, 152, 'token'),
    arrow('M350 104V187', 'good'),
    text(416, 144, 'Allow: user id, e-mail,', 'class="g"'),
    text(416, 162, 'expiry as context', 'class="g"'),
    arrow('M390 232H507', 'good'),
    text(449, 222, 'identity', 'class="g"'),
    arrow('M650 232H727', 'good'),
    arrow('M250 252H133', 'bad'),
    text(190, 292, '401 with a reason', 'class="b"'),
    text(190, 310, '503 when keys are away', 'class="b"'),
    text(580, 292, '403 scope missing, 404 not yours', 'class="b"'),
    text(580, 310, `${protectedOperations} operations ask for a token, ${openOperations} do not`),
    '</svg>\n',
  ].join('\n');
}

const facts = readFacts();
mkdirSync(FOLDER, { recursive: true });
for (const [name, palette] of Object.entries(PALETTES)) {
  const file = new URL(`request-${name}.svg`, FOLDER);
  const picture = draw(facts, palette);
  if (!process.argv.includes('--check')) writeFileSync(file, picture);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== picture) {
    process.stderr.write(`docs/pictures/request-${name}.svg is not up to date: npm run pictures.\n`);
    process.exitCode = 1;
  }
}
