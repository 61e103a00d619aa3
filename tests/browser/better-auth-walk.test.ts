import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { startChromium } from '../../support/chromium.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type RunningStack, startStack } from '../../support/stack.ts';
import { describeInBrowser, SLOW_MS } from './chromium.ts';

jest.setTimeout(SLOW_MS);

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const SECTION = README.split('\n## Your Better Auth server\n')[1]?.split('\n## ')[0] ?? '';
const ANN = { email: 'ann@example.com', password: 'correct horse', name: 'Ann' };

/** What the section says to write: the server, its migration, the settings of this API, the page. */
const [SERVER = '', MIGRATION = '', SETTINGS = '', PAGE = ''] = [
  ...SECTION.matchAll(/^```(?:ts|sh)\n(.*?)^```$/gms),
].map(([, text = '']) => text);

describeInBrowser('the section on Better Auth of the README, followed literally', () => {
  let browser: Browser;
  let app: Server;
  let appUrl: string;
  let stack: RunningStack;

  beforeAll(async () => {
    app = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => app.once('listening', listening));
    appUrl = `http://localhost:${(app.address() as AddressInfo).port}`;
    [stack, browser] = await Promise.all([
      startStack({ env: { LOCAL_AUTH: 'off', ...readSettings(onThisMachine(SETTINGS, appUrl)) } }),
      startChromium(),
    ]);
    const folder = join(stack.folder, '.local/walk');
    mkdirSync(folder, { recursive: true });
    const server = onThisMachine(SERVER, appUrl).replace(
      "'auth.db'",
      JSON.stringify(join(folder, 'auth.db')),
    );
    const { auth } = await import(await bundleServer(server, folder));
    // What `npx auth migrate` runs.
    await (await getMigrations(auth.options)).runMigrations();
    serve(app, toNodeHandler(auth), await bundlePage(onThisMachine(PAGE, appUrl, stack.apiUrl)));
  }, 2 * SLOW_MS);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    app?.close();
    app?.closeAllConnections();
  });

  it('has the four steps', () => {
    expect(SERVER).toContain('plugins: [jwt()]');
    expect(MIGRATION).toBe('npx auth@latest migrate\n');
    expect(Object.keys(readSettings(SETTINGS))).toEqual([
      'BETTER_AUTH_URL',
      'BETTER_AUTH_JWKS_URL',
      'CORS_ALLOWED_ORIGIN',
    ]);
    expect(PAGE).toContain('authClient.token()');
  });

  it('lets a page of the app, on another origin than the API, read what its user owns', async () => {
    const page = await browser.newPage();
    await page.goto(`${appUrl}/empty`);
    const created = await page.evaluate(signUpFromPage, ANN);
    expect(created).toBe(200);
    await page.goto(`${appUrl}/`);
    await page.waitForFunction("document.title !== ''");
    expect(JSON.parse(await page.title())).toEqual({ status: 200, tasks: [] });
    expect(new URL(stack.apiUrl).origin).not.toBe(appUrl);
  });
});

/** The text with the addresses of this test and the first resource of openapi.yml, instead of those of the example. */
function onThisMachine(text: string, appUrl: string, apiUrl = ''): string {
  return text
    .replaceAll('https://app.example.com', appUrl)
    .replaceAll('https://api.example.com/api/tasks', `${apiUrl}${EXAMPLE.path}`);
}

const readSettings = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );

/** @returns the address of a module, next to packages that it can import. */
async function bundleServer(source: string, folder: string): Promise<string> {
  const outfile = join(folder, 'auth.mjs');
  const stdin = { contents: source, loader: 'ts', resolveDir: ROOT } as const;
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  return pathToFileURL(outfile).href;
}

/** The page's script, which puts what it read into the title. */
async function bundlePage(source: string): Promise<string> {
  const contents = `${source}\ndocument.title = JSON.stringify({ status: reply.status, tasks });`;
  const stdin = { contents, loader: 'ts', resolveDir: ROOT } as const;
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** An app as frameworks serve it: Better Auth below /api/auth, a page for every other path. */
function serve(app: Server, auth: ReturnType<typeof toNodeHandler>, script: string): void {
  app.on('request', (request, response) => {
    if (request.url?.startsWith('/api/auth/')) return void auth(request, response);
    response.setHeader('content-type', request.url === '/page.js' ? 'text/javascript' : 'text/html');
    if (request.url === '/page.js') return void response.end(script);
    response.end(request.url === '/' ? '<!doctype html><script type="module" src="/page.js"></script>' : '');
  });
}

/** Runs in the page. The example begins with a user who is signed in. */
async function signUpFromPage(user: object): Promise<number> {
  const reply = await fetch('/api/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  return reply.status;
}
