import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyStep, linesOf, readSteps, startCopy } from './follow-page.ts';

const PATIENCE_MS = 240_000;
const STEPS = readSteps('own-route.md');

let copy: ReturnType<typeof startCopy>;

/** The copy with what the steps say, but for those about the files that are named. */
function follow(...without: string[]): void {
  for (const step of STEPS) {
    const path = join(copy.folder, step.file);
    if (step.place === undefined) rmSync(path, { force: true });
    else writeFileSync(path, originalOf(step.file));
    if (!without.includes(step.file))
      writeFileSync(path, applyStep(step.place ? originalOf(step.file) : '', step));
  }
}

const originalOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

beforeAll(() => {
  copy = startCopy(PATIENCE_MS);
});
afterAll(() => copy.remove());

describe('docs/own-route.md, followed literally', () => {
  it('takes at most 4 files and 60 lines', () => {
    expect(STEPS.map(({ file }) => file)).toEqual([
      'openapi.yml',
      'functions/get-task-stats.ts',
      'serverless.yml',
    ]);
    expect(linesOf(STEPS)).toBeLessThanOrEqual(60);
  });

  it(
    'makes a route that has types, and passes the suites that find it in openapi.yml',
    async () => {
      follow();
      expect(await copy.generate()).toMatchObject({ code: 0 });
      expect(await copy.checkTypes()).toEqual({ code: 0, output: '' });
      expect(await copy.checkRoutes()).toEqual({ code: 0, output: '' });
      const suites = [
        'tests/security/isolation.test.ts',
        'tests/contract/statuses.test.ts',
        'tests/budgets/requests.test.ts',
      ];
      const { code, output } = await copy.jest(...suites, '-t', 'getTaskStats');
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests: .* passed/) });
    },
    PATIENCE_MS,
  );

  it(
    'is told at once without the function',
    async () => {
      follow('functions/get-task-stats.ts');
      const { code, output } = await copy.checkRoutes();
      expect({ code, output }).toEqual({
        code: 1,
        output: expect.stringContaining('there is no functions/get-task-stats.ts'),
      });
    },
    PATIENCE_MS,
  );

  it(
    'is told at once without the route',
    async () => {
      follow('serverless.yml');
      const { code, output } = await copy.checkRoutes();
      expect({ code, output }).toEqual({
        code: 1,
        output: expect.stringContaining('GET /api/tasks/stats is in openapi.yml, and no function'),
      });
    },
    PATIENCE_MS,
  );

  it(
    'is told at once without the contract',
    async () => {
      follow('openapi.yml');
      await copy.generate();
      const { code, output } = await copy.checkTypes();
      expect(code).not.toBe(0);
      expect(output).toContain('functions/get-task-stats.ts');
    },
    PATIENCE_MS,
  );
});
