/** `npm run screenshot`: docs/pictures/docs-page.png, the page /docs of a stack that it starts, in the Chromium of this machine. */
import { fileURLToPath } from 'node:url';
import { CHROMIUM_MISSING, chromiumPath, startChromium } from '../support/chromium.ts';
import { startStack } from '../support/stack.ts';

const FILE = fileURLToPath(new URL('../docs/pictures/docs-page.png', import.meta.url));
const VIEWPORT = { width: 1000, height: 900 };

if (chromiumPath === undefined) throw new Error(CHROMIUM_MISSING);
const [stack, browser] = await Promise.all([startStack(), startChromium()]);
try {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`${stack.apiUrl}/docs`);
  await page.locator('.opblock').first().waitFor();
  await page.locator('.opblock-tag-section').last().waitFor();
  await page
    .locator('.wrapper', { has: page.locator('.opblock') })
    .last()
    .screenshot({ path: FILE });
} finally {
  await Promise.all([browser.close(), stack.stop()]);
}
