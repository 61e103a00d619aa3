import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack } from '../../support/stack.ts';
import { applyStep, type Ended, linesOf, readSteps, startCopy } from './follow-page.ts';

const PATIENCE_MS = 240_000;
/** The line of another thread may come after the reply. */
const PRINTED_WITHIN_MS = 5000;
const STEPS = readSteps('own-route.md');

let copy: ReturnType<typeof startCopy>;
let generatedFrom: string | undefined;

/**
 * The copy with what the steps say, but for what is forgotten.
 *
 * @param forgotten a line of a step by its file; empty for the whole step.
 */
function follow(forgotten: Readonly<Record<string, string>> = {}): void {
  for (const step of STEPS) {
    const path = join(copy.folder, step.file);
    const line = forgotten[step.file];
    if (step.place === undefined) rmSync(path, { force: true });
    else writeFileSync(path, originalOf(step.file));
    if (line === '') continue;
    if (line !== undefined && !step.text.includes(`${line}\n`))
      throw new Error(`docs/own-route.md no longer says \`${line}\``);
    const text = line === undefined ? step.text : step.text.replace(`${line}\n`, '');
    writeFileSync(path, applyStep(step.place ? originalOf(step.file) : '', { ...step, text }));
  }
}

/** From the contract that the copy has, unless the last run was from the same. */
async function generate(): Promise<Ended> {
  const contract = copy.read('openapi.yml');
  if (generatedFrom === contract) return { code: 0, output: '' };
  const ended = await copy.generate();
  generatedFrom = ended.code === 0 ? contract : undefined;
  return ended;
}

const originalOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** What the laptop answers to the new route, and what it prints until it has printed the text. */
async function askLaptop(text: string): Promise<Ended> {
  const stack = await startStack({ folder: copy.folder });
  try {
    const [, token] = /curl -H "Authorization: Bearer ([^"]+)"/.exec(stack.output()) ?? [];
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await fetch(`${stack.apiUrl}/api/tasks/stats`, { headers });
    const deadline = Date.now() + PRINTED_WITHIN_MS;
    while (!stack.output().includes(text) && Date.now() < deadline) await sleep(50);
    return { code: status === 200 ? 0 : status, output: stack.output() };
  } finally {
    await stack.stop();
  }
}

/** Each step, who says that it was left out, and what is said. */
const FORGOTTEN: readonly (readonly [
  step: string,
  forgotten: { readonly file: string; readonly line?: string },
  ask: (says: string) => Promise<Ended>,
  says: string,
])[] = [
  [
    'the function',
    { file: 'functions/get-task-stats.ts' },
    () => copy.checkRoutes(),
    'there is no functions/get-task-stats.ts',
  ],
  [
    'the route',
    { file: 'serverless.yml' },
    () => copy.checkRoutes(),
    'GET /api/tasks/stats is in openapi.yml, and no function',
  ],
  [
    'permissions',
    { file: 'serverless.yml', line: '    permissions: { TasksTable: [Query] }' },
    askLaptop,
    'is not authorized to perform: dynamodb:Query',
  ],
  [
    'environment',
    { file: 'serverless.yml', line: `    environment: \${self:custom.tasks}` },
    askLaptop,
    'TASKS_TABLE',
  ],
  ['the contract', { file: 'openapi.yml' }, () => copy.checkTypes(), 'functions/get-task-stats.ts'],
];

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
      expect(await generate()).toMatchObject({ code: 0 });
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

  it.each(FORGOTTEN)(
    'is told at once without %s',
    async (_step, { file, line = '' }, ask, says) => {
      follow({ [file]: line });
      await generate();
      const { code, output } = await ask(says);
      expect(code).not.toBe(0);
      expect(output).toContain(says);
    },
    PATIENCE_MS,
  );
});
