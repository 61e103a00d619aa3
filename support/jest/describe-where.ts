import { describe, it } from '@jest/globals';
import { isInstalled } from '../tools.ts';

/**
 * `describe`, unless something is missing. A developer's machine then skips the tests and prints a line that says so. CI fails
 * instead, because such a line would not be read.
 *
 * @param missing what to install, in a sentence; `undefined` when all is there.
 */
export function describeWhere(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, tests);
  } else if (process.env['CI']) {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(missing);
      });
    });
  } else {
    process.stderr.write(`${name}: skipped. ${missing}\n`);
    describe.skip(name, tests);
  }
}

/** `describe` for tests that use a package of `tools/`. */
export function describeWithTool(tool: string, name: string, tests: () => void): void {
  describeWhere(findMissing(tool), name, tests);
}

/** What to install for a package of `tools/`, in a sentence; `undefined` when it is there. */
export function findMissing(tool: string): string | undefined {
  return isInstalled(tool) ? undefined : `This needs ${tool}: npm run tools`;
}
