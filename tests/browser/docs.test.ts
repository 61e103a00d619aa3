import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { startChromium } from '../../support/chromium.ts';
import { operationsOf, readDocument } from '../../support/document.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type RunningStack, sharedStack } from '../../support/stack.ts';
import { describeInBrowser, SLOW_MS } from './chromium.ts';

jest.setTimeout(SLOW_MS);

const { list, create } = EXAMPLE;
/** A folder that CI keeps. */
const SCREENSHOTS = fileURLToPath(new URL('../../reports/screenshots/', import.meta.url));

describeInBrowser('the docs page', () => {
  let browser: Browser;
  let stack: RunningStack;
  let page: Page;
  /** What the browser complained about, and which servers it asked. */
  const complaints: string[] = [];
  const origins = new Set<string>();

  beforeAll(async () => {
    [stack, browser] = await Promise.all([sharedStack(), startChromium()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (isComplaint(message.type(), message.text())) complaints.push(message.text());
    });
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await page.goto(`${stack.apiUrl}/docs`);
  }, SLOW_MS);

  afterAll(async () => {
    await browser?.close();
  });

  const operation = (operationId: string): Locator => page.locator(`.opblock[id$="-${operationId}"]`);

  /** Opens an operation, fills in its body if it has one, and sends it. Gives the answer as the page shows it. */
  const tryOut = async (operationId: string, body?: object): Promise<{ status: string; text: string }> => {
    const block = operation(operationId);
    if (!(await block.getAttribute('class'))?.includes('is-open'))
      await block.locator('.opblock-summary').click();
    const start = block.getByRole('button', { name: 'Try it out' });
    if (await start.isVisible()) await start.click();
    if (body !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
    await block.getByRole('button', { name: 'Execute' }).click();
    const answer = block.locator('.live-responses-table .response').first();
    await answer.waitFor();
    const status = (await answer.locator('.response-col_status').innerText()).trim();
    return { status, text: await answer.locator('.response-col_description').innerText() };
  };

  const clear = (operationId: string): Promise<void> =>
    operation(operationId).getByRole('button', { name: 'Clear' }).click();

  const screenshot = (name: string) => page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true });

  /** What a reader has on the screen after pressing Execute. */
  const screenshotOf = async (operationId: string, name: string): Promise<void> => {
    await operation(operationId).getByRole('button', { name: 'Execute' }).evaluate(scrollToTop);
    await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
  };

  it('shows every operation of the contract', async () => {
    await page.locator('.opblock').first().waitFor();
    const promised = operationsOf(readDocument());
    const shown = await page.locator('.opblock').count();
    expect(shown).toBe(promised.length);
    for (const { path, method, operation: promise } of promised) {
      const [shownMethod, shownPath] = (await operation(promise.operationId).innerText()).split('\n');
      expect([shownMethod, shownPath?.replaceAll('\u200b', '')]).toEqual([method.toUpperCase(), path]);
    }
    await screenshot('docs');
  });

  it('shows each opened operation on two screens of 1440 × 900', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const tooHigh: [string, number][] = [];
    for (const { operation: promise } of operationsOf(readDocument())) {
      const block = operation(promise.operationId);
      await block.locator('.opblock-control-arrow').dispatchEvent('click');
      await block.locator('.responses-table').first().waitFor();
      const { height = Number.POSITIVE_INFINITY } = (await block.boundingBox()) ?? {};
      if (height > 2 * 900) tooHigh.push([promise.operationId, height]);
      await block.locator('.opblock-control-arrow').dispatchEvent('click');
    }
    expect(tooHigh).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 1000 });
  });

  it('shows the errors of an operation when a reader opens them', async () => {
    const block = operation(create.operationId);
    await block.locator('.opblock-summary').click();
    const error = block.locator('.response[data-code="422"]');
    await block.locator('.responses-table').first().waitFor();
    expect(await error.isVisible()).toBe(false);
    await block.getByText(/^Errors: 400, 401, .*503$/).click();
    expect(await error.innerText()).toContain('"code": "invalid_request"');
    await block.locator('.opblock-summary').click();
  });

  it('tells who is not authorised why', async () => {
    const { status, text } = await tryOut(list.operationId);
    expect(status).toMatch(/^401/);
    expect(text).toContain('Authorization header missing');
    expect(text).toContain('missing_token');
    await screenshotOf(list.operationId, 'docs-unauthorised');
    await clear(list.operationId);
  });

  it('creates and lists with a token of the real Better Auth server', async () => {
    await authorise(page, await stack.token('reader@example.com'));
    const created = await tryOut(create.operationId, findMarkedBody(create, 'Made on the docs page'));
    expect(created.status).toMatch(/^201/);
    expect(created.text).toContain('Made on the docs page');
    await screenshotOf(create.operationId, 'docs-created');
    const listed = await tryOut(list.operationId);
    expect(listed.status).toMatch(/^200/);
    expect(listed.text).toContain('Made on the docs page');
    await screenshotOf(list.operationId, 'docs-listed');
  });

  it('tells who is authorised with something else why', async () => {
    await authorise(page, 'a-session-token-for-instance');
    const { status, text } = await tryOut(list.operationId);
    expect(status).toMatch(/^401/);
    expect(text).toContain('it may be a Better Auth session token');
  });

  it('asks no server but the API, and breaks none of its own rules', () => {
    expect([...origins].filter((origin) => origin !== 'null')).toEqual([new URL(stack.apiUrl).origin]);
    expect(complaints).toEqual([]);
  });

  it('runs no script that it does not hold', async () => {
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'foreign = true' }))`,
    );
    expect(await page.evaluate('typeof foreign')).toBe('undefined');
    expect(complaints).toEqual([expect.stringContaining('Content Security Policy')]);
  });
});

/** Runs in the page, whose types are not ours. */
function scrollToTop(element: unknown): void {
  (element as { scrollIntoView: () => void }).scrollIntoView();
}

/** A refused call is an error to the console of a browser; here it is what was wanted. */
function isComplaint(type: string, text: string): boolean {
  return (type === 'error' || type === 'warning') && !/the server responded with a status of 401/.test(text);
}

/** Uses the Authorize button, as a reader would; logs out the previous user first. */
async function authorise(page: Page, token: string): Promise<void> {
  await page.locator('.btn.authorize').click();
  const dialog = page.locator('.dialog-ux');
  await dialog.getByRole('button', { name: 'Close' }).last().waitFor();
  const logout = dialog.getByRole('button', { name: 'Remove authorization' });
  if (await logout.isVisible()) await logout.click();
  await dialog.locator('input').fill(token);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
}
