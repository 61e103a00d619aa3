import { CHROMIUM_MISSING, chromiumPath } from '../../support/chromium.ts';
import { describeWhere, findMissing } from '../../support/jest/describe-where.ts';

/** For tests that start servers and a browser, on a machine that is busy with others. */
export const SLOW_MS = 60_000;

/** `describe` where there are a Chromium and what drives it. */
export function describeInBrowser(name: string, tests: () => void): void {
  describeWhere(chromiumPath === undefined ? CHROMIUM_MISSING : findMissing('playwright-core'), name, tests);
}
