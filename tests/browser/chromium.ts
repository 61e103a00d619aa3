import { describe, it } from '@jest/globals';
import { CHROMIUM_MISSING, chromiumPath } from '../../support/chromium.ts';

/** For tests that start servers and a browser, on a machine that is busy with others. */
export const SLOW_MS = 60_000;

/**
 * `describe` where there is a Chromium. Without one, a developer's machine skips the tests and prints a line that says
 * so. CI fails instead, because such a line would not be read.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (chromiumPath !== undefined) {
    describe(name, tests);
  } else if (process.env['CI']) {
    describe(name, () => {
      it('runs in Chromium', () => {
        throw new Error(CHROMIUM_MISSING);
      });
    });
  } else {
    process.stderr.write(`${name}: skipped. ${CHROMIUM_MISSING}\n`);
    describe.skip(name, tests);
  }
}
