import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyOfProject } from '../../support/packaged.ts';

const PAGE = readFileSync(new URL('../../docs/own-route.md', import.meta.url), 'utf8');
const PATIENCE_MS = 240_000;

interface Step {
  readonly file: string;
  /** The line it stands before; without one it is the whole file. */
  readonly before: string | undefined;
  readonly text: string;
}

/** What the page says to write, in its order. */
const STEPS: readonly Step[] = [
  ...PAGE.matchAll(/^In `([^`]+)`(?:, before `([^`]+)`)?\n\n```\w+\n(.*?)```$/gms),
].map(([, file = '', before, text = '']) => ({ file, before, text }));

const run = promisify(execFile);
let copy: ReturnType<typeof copyOfProject>;

/** The copy with what the steps say, but for those about the files that are named. */
function follow(...without: string[]): void {
  for (const { file, before, text } of STEPS) {
    const path = join(copy.folder, file);
    if (before === undefined) rmSync(path, { force: true });
    else writeFileSync(path, originalOf(file));
    if (without.includes(file)) continue;
    if (before === undefined) writeFileSync(path, text);
    else writeFileSync(path, insert(originalOf(file), before, text));
  }
}

const originalOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

function insert(original: string, before: string, text: string): string {
  const parts = original.split(`\n${before}\n`);
  if (parts.length !== 2) throw new Error(`docs/own-route.md: there is not one line \`${before}\``);
  return `${parts[0]}\n${text}${before}\n${parts[1]}`;
}

/** What a command of the copy prints, and how it ends. */
async function node(...args: string[]): Promise<{ code: number; output: string }> {
  const options = { cwd: copy.folder, timeout: PATIENCE_MS, env: { ...process.env, NODE_OPTIONS: '' } };
  try {
    const { stdout, stderr } = await run(process.execPath, ['--no-warnings', ...args], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

const generate = () => node('scripts/generate-contract.ts');
/** What a run has checked is not checked again by the next. */
const INCREMENTAL = ['--incremental', '--tsBuildInfoFile', '.local/types.tsbuildinfo'];
const checkTypes = () => node('node_modules/typescript/bin/tsc', '-p', CONFIG, ...INCREMENTAL);
/** The functions, and what they import. Other folders have types of packages in tools/, which may not be installed. */
const CONFIG = 'tsconfig.functions.json';
const checkRoutes = () => node('scripts/check-routes.ts');
const jest = (...files: string[]) =>
  node('--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-w', '1', ...files);

beforeAll(() => {
  copy = copyOfProject();
  const config = { extends: './tsconfig.json', include: ['functions/**/*.ts'] };
  writeFileSync(join(copy.folder, CONFIG), JSON.stringify(config));
});
afterAll(() => copy.remove());

describe('docs/own-route.md, followed literally', () => {
  it('takes at most 4 files and 60 lines', () => {
    expect(STEPS.map(({ file }) => file)).toEqual([
      'openapi.yml',
      'functions/get-task-stats.ts',
      'serverless.yml',
    ]);
    const lines = STEPS.flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''));
    expect(lines.length).toBeLessThanOrEqual(60);
  });

  it(
    'makes a route that has types, and passes the suites that find it in openapi.yml',
    async () => {
      follow();
      expect(await generate()).toMatchObject({ code: 0 });
      expect(await checkTypes()).toEqual({ code: 0, output: '' });
      expect(await checkRoutes()).toEqual({ code: 0, output: '' });
      const suites = [
        'tests/security/isolation.test.ts',
        'tests/contract/statuses.test.ts',
        'tests/budgets/requests.test.ts',
      ];
      const { code, output } = await jest(...suites, '-t', 'getTaskStats');
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests: .* passed/) });
    },
    PATIENCE_MS,
  );

  it(
    'is told at once without the function',
    async () => {
      follow('functions/get-task-stats.ts');
      const { code, output } = await checkRoutes();
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
      const { code, output } = await checkRoutes();
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
      await generate();
      const { code, output } = await checkTypes();
      expect(code).not.toBe(0);
      expect(output).toContain('functions/get-task-stats.ts');
    },
    PATIENCE_MS,
  );
});
