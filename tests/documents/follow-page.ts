import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyOfProject } from '../../support/packaged.ts';

/** What one block of a page says to write. */
export interface Step {
  readonly file: string;
  /** A line; the place is the first that fits after it. */
  readonly below: string | undefined;
  /** Without a place the text is the whole file. */
  readonly place: { readonly how: 'before' | 'after' | 'instead of'; readonly line: string } | undefined;
  readonly text: string;
}

const STEP =
  /^In `([^`]+)`(?:, below `([^`]+)`)?(?:, (before|after|instead of) `([^`]+)`)?\n\n```\w+\n(.*?)```$/gms;

/** The blocks of a page of docs/ that are introduced by `In …`, in its order. */
export function readSteps(page: string): Step[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(STEP)].map(([, file = '', below, how, line, block = '']) => ({
    file,
    below,
    place: how === undefined ? undefined : { how: how as 'before', line: line ?? '' },
    text: block,
  }));
}

/** How many lines a reader writes. */
export const linesOf = (steps: readonly Step[]): number =>
  steps.flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== '')).length;

/** @throws {Error} when the place is missing, or when several fit and no line is named below which it is. */
export function applyStep(original: string, { file, below, place, text }: Step): string {
  if (place === undefined) return text;
  const lines = original.split('\n');
  const from = below === undefined ? 0 : lines.indexOf(below);
  const at = lines.indexOf(place.line, from);
  if (from < 0 || at < 0) throw new Error(`${file} has no line \`${from < 0 ? below : place.line}\``);
  if (below === undefined && lines.includes(place.line, at + 1))
    throw new Error(`${file} has several lines \`${place.line}\``);
  const [start, end] = { before: [at, at], after: [at + 1, at + 1], 'instead of': [at, at + 1] }[place.how];
  return [...lines.slice(0, start), ...text.replace(/\n$/, '').split('\n'), ...lines.slice(end)].join('\n');
}

/**
 * The functions, and what they import. Other folders have types of packages in tools/, which may not be installed. What a
 * run has checked is not checked again by the next.
 */
const TYPES = {
  name: '.local/tsconfig.functions.json',
  text: JSON.stringify({
    extends: '../tsconfig.json',
    include: ['../functions/**/*.ts', '../local/**/*.d.ts'],
    compilerOptions: { incremental: true, tsBuildInfoFile: './types' },
  }),
};

const TOOLS = fileURLToPath(new URL('../../tools/node_modules', import.meta.url));

/** How a command ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A copy of the project in which commands run, as a developer's terminal runs them. */
export function startCopy(patienceMs: number) {
  const { folder, remove } = copyOfProject();
  mkdirSync(join(folder, '.local'), { recursive: true });
  writeFileSync(join(folder, TYPES.name), TYPES.text);
  if (existsSync(TOOLS)) symlinkSync(TOOLS, join(folder, 'tools/node_modules'));
  const run = async (program: string, args: readonly string[]): Promise<Ended> => {
    const { npm_execpath: _, ...environment } = process.env;
    const env = {
      ...environment,
      NODE_OPTIONS: '',
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    };
    try {
      const options = { cwd: folder, timeout: patienceMs, env, maxBuffer: 64 * 2 ** 20 };
      const { stdout, stderr } = await promisify(execFile)(program, args, options);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const node = (...args: string[]) => run(process.execPath, ['--no-warnings', ...args]);
  return {
    folder,
    remove,
    node,
    npm: (...args: string[]) => run('npm', args),
    generate: () => node('scripts/generate-contract.ts'),
    checkTypes: () => node('node_modules/typescript/bin/tsc', '-p', TYPES.name),
    checkRoutes: () => node('scripts/check-routes.ts'),
    jest: (...args: string[]) =>
      node('--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-w', '1', ...args),
    read: (file: string) => readFileSync(join(folder, file), 'utf8'),
    /** Commits everything in the copy. */
    commit: () => {
      git('init', '-q');
      // A link here, and ignored as a folder.
      writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\n');
      git('add', '-A');
      git(
        '-c',
        'user.name=A test',
        '-c',
        'user.email=test@example.com',
        'commit',
        '--allow-empty',
        '-qm',
        'As it is',
      );
    },
    /** The files that are not as the last commit has them. */
    changes: () => git('status', '--porcelain', '-uall'),
    /** The same for the commit before the last. */
    changesOfBoth: () => git('add', '-A') + git('diff', '--cached', '--stat', 'HEAD~1'),
    /** Everything as in the last commit. */
    undo: () => git('reset', '-q', '--hard') + git('clean', '-qfd'),
  };
}
