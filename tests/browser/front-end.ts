import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';

/** A page of somebody's front end, on another origin than the API. */
export interface FrontEnd {
  readonly page: Page;
  /** Calls the API from within the page. @throws what the page would get: a TypeError when it may not read the reply. */
  readonly call: (url: string, request?: PageRequest) => Promise<PageReply>;
  /** Every preflight the browser has sent so far, as `METHOD path`. */
  readonly preflights: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export interface PageRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** What a script in the page can see of a reply. */
export interface PageReply {
  readonly status: number;
  readonly body: unknown;
  /** Only those that CORS lets the page read. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Opens an empty page that is served from a port of its own.
 *
 * @param host by which the browser knows this machine.
 */
export async function openFrontEnd(browser: Browser, host = '127.0.0.1'): Promise<FrontEnd> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Front end</title>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const page = await browser.newPage();
  const preflights = await watchPreflights(page);
  await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    call: (url, request) => page.evaluate(callFromPage, { url, ...request }),
    preflights: () => preflights,
    stop: async () => {
      await page.close();
      server.close().closeAllConnections();
    },
  };
}

/** Runs in the page. */
async function callFromPage({
  url,
  method = 'GET',
  headers = {},
  json,
}: PageRequest & { url: string }): Promise<PageReply> {
  const reply = await fetch(url, {
    method,
    headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
    body: json === undefined ? null : JSON.stringify(json),
  });
  const text = await reply.text();
  return {
    status: reply.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: Object.fromEntries(reply.headers),
  };
}

/** Asks the network stack itself: pages and Playwright never see a preflight. */
async function watchPreflights(page: Page): Promise<readonly string[]> {
  const seen: string[] = [];
  const devtools = await page.context().newCDPSession(page);
  devtools.on('Network.requestWillBeSent', ({ request, initiator }) => {
    if (initiator.type === 'preflight') seen.push(`${request.method} ${new URL(request.url).pathname}`);
  });
  await devtools.send('Network.enable');
  return seen;
}
