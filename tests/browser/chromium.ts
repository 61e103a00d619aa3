import { existsSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

/** Where an installed Chromium usually is. None is ever downloaded. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** `CHROMIUM` names another, and then only that counts. */
const executablePath = [process.env['CHROMIUM'] ?? PLACES].flat().find(existsSync);

/** For tests that start servers and a browser, on a machine that is busy with others. */
export const SLOW_MS = 60_000;

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
  const args = [...FLAGS, ...flags];
  return chromium.launch({ ...(executablePath && { executablePath }), headless: true, args });
}

const MISSING =
  'The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to the path of one that is there.';

/**
 * `describe` where there is a Chromium. Without one, a developer's machine skips the tests and prints a line that says
 * so. CI fails instead, because such a line would not be read.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executablePath !== undefined) {
    describe(name, tests);
  } else if (process.env['CI']) {
    describe(name, () => {
      it('runs in Chromium', () => {
        throw new Error(MISSING);
      });
    });
  } else {
    process.stderr.write(`${name}: skipped. ${MISSING}\n`);
    describe.skip(name, tests);
  }
}
