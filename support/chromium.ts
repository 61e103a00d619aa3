import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { requireTool } from './tools.ts';

/** Where an installed Chromium usually is. None is ever downloaded. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium of this machine. `CHROMIUM` names another, and then only that counts. */
export const chromiumPath = [process.env['CHROMIUM'] ?? PLACES].flat().find(existsSync);

/** What to say when there is none. */
export const CHROMIUM_MISSING =
  'This needs Chromium: apt-get install chromium, or set CHROMIUM to the path of one that is there.';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A headless Chromium with a profile of its own that is gone afterwards.
 *
 * @param flags further command line flags.
 */
export function startChromium(flags: readonly string[] = []): Promise<Browser> {
  const { chromium } = requireTool('playwright-core') as typeof import('playwright-core');
  const args = [...FLAGS, ...flags];
  return chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    headless: true,
    args,
  });
}
