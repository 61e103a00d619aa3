import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RESOURCES } from '../../support/resources.ts';
import { isInstalled } from '../../support/tools.ts';
import { applyStep, linesOf, readSteps, startCopy } from './follow-page.ts';

const PATIENCE_MS = 300_000;
const STEPS = readSteps('resources.md');
/** A resource that stands in the copy next to the one of the page. */
const OTHER = RESOURCES.map(({ kind }) => kind.plural).find((plural) => plural !== 'notes') ?? 'gadgets';

/** What the field of the page promises, asked of the endpoints. */
const FIELD_TEST = `import { expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { memoryStore } from '../support/memory-store.ts';
import { notes } from './domain/note.ts';

it('pinned has a default, a rule and a filter', async () => {
  const api = makeApi({ store: memoryStore(notes) as never });
  const create = (body: object) => api.call<{ pinned: boolean }>('createNote', { body });
  expect((await create({ title: 'One' })).json.pinned).toBe(false);
  expect((await create({ title: 'Two', pinned: true })).json.pinned).toBe(true);
  expect(await create({ title: ' ', pinned: true })).toMatchObject({ status: 422 });
  expect(await create({ title: 'Three', pinned: 'yes' })).toMatchObject({ status: 422 });
  const list = (pinned: string) => api.call('listNotes', { query: { pinned } });
  expect((await list('true')).json).toMatchObject([{ title: 'Two' }]);
  expect((await list('false')).json).toMatchObject([{ title: 'One' }]);
});
`;

let copy: ReturnType<typeof startCopy>;
beforeAll(async () => {
  copy = startCopy(PATIENCE_MS);
  copy.commit();
  // A service that has the resource of the page already: it is added again by the page.
  if (!RESOURCES.some(({ kind }) => kind.plural === 'notes')) return;
  if (RESOURCES.length === 1) expect(await command('new', OTHER)).toMatchObject({ code: 0 });
  copy.commit();
  expect(await command('remove', 'notes')).toMatchObject({ code: 0 });
  copy.commit();
}, PATIENCE_MS);
afterAll(() => copy.remove());

const command = (name: 'new' | 'remove', ...words: string[]) =>
  copy.npm('run', '-s', `${name}-resource`, '--', ...words);

describe('new-resource and remove-resource', () => {
  it(
    'refuse a tree with changes, and a name that is taken, and write nothing',
    async () => {
      writeFileSync(join(copy.folder, 'new.txt'), '');
      const refusal = { code: 1, output: expect.stringContaining('Commit them first') };
      expect(await command('new', 'widgets')).toEqual(refusal);
      expect(await command('remove', OTHER)).toEqual(refusal);
      expect(copy.changes()).toBe('?? new.txt\n');
      rmSync(join(copy.folder, 'new.txt'));
      const taken = { code: 1, output: expect.stringContaining(`/api/${OTHER} exists already`) };
      expect(await command('new', OTHER)).toEqual(taken);
      expect(copy.changes()).toBe('');
    },
    PATIENCE_MS,
  );
});

describe('docs/resources.md, followed literally', () => {
  it('adds a field with a rule, a default and a filter in at most 3 files and 25 lines', () => {
    const files = [...new Set(STEPS.map(({ file }) => file))];
    expect(files).toEqual(['functions/domain/note.ts', 'openapi.yml', 'serverless.yml']);
    expect(linesOf(STEPS)).toBeLessThanOrEqual(25);
  });

  it(
    'makes a resource and a field that have types, routes and style, and keep their promises',
    async () => {
      expect(await command('new', 'notes')).toMatchObject({ code: 0 });
      expect(await copy.checkRoutes()).toEqual({ code: 0, output: '' });
      const written = copy.changes().match(/(?<=\?\? )functions\/(?!http).*/g) ?? [];
      expect(written).toHaveLength(8);
      // Where the formatter of tools/ is installed.
      if (isInstalled('@biomejs/biome'))
        expect(await copy.npm('run', '-s', 'check:style', '--', ...written)).toMatchObject({ code: 0 });
      copy.commit();
      for (const step of STEPS)
        writeFileSync(join(copy.folder, step.file), applyStep(copy.read(step.file), step));
      expect(await copy.generate()).toMatchObject({ code: 0 });
      expect(await copy.checkTypes()).toEqual({ code: 0, output: '' });
      writeFileSync(join(copy.folder, 'functions/pinned.test.ts'), FIELD_TEST);
      const { code, output } = await copy.jest('functions/pinned', 'functions/notes');
      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringContaining('Tests:       4 passed'),
      });
    },
    PATIENCE_MS,
  );

  it(
    'leaves every file as it was when the resource is removed again, and lists those that name it',
    async () => {
      copy.undo();
      const { code, output } = await command('remove', 'notes');
      expect(code).toBe(0);
      const [, mentions = ''] = output.split('Still naming it');
      expect(mentions).toContain('  docs/resources.md\n');
      expect(mentions).not.toContain('  functions/get-health.ts\n');
      expect(copy.changesOfBoth()).toBe('');
    },
    PATIENCE_MS,
  );
});
