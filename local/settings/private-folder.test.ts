import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keepPrivate } from './private-folder.ts';

const project = process.cwd();
const umask = process.umask();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  process.umask(0o022);
});

afterEach(() => {
  process.chdir(project);
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

const modeOf = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

function make(...path: string[]): void {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
}

const describeWithModes = process.platform === 'win32' ? describe.skip : describe;

describeWithModes('the folder of tasks and secret', () => {
  it('is made for its owner alone, and so is what comes into it', () => {
    keepPrivate(join(folder, '.local'));
    make('.local/dynamodb/000005.ldb');
    expect([modeOf('.local'), modeOf('.local/dynamodb'), modeOf('.local/dynamodb/000005.ldb')]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  it('is closed when it was there with wider modes, with everything in it', () => {
    for (const file of ['better-auth-secret', 'dynamodb/CURRENT', 'dynamodb-8001/LOG', 'notes/mine']) {
      make('.local', file);
    }
    chmodSync(join(folder, '.local/dynamodb/CURRENT'), 0o666);
    process.chdir(folder);
    keepPrivate(join(process.cwd(), '.local'));
    expect(['', 'dynamodb', 'dynamodb-8001', 'notes'].map((name) => modeOf('.local', name))).toEqual(
      Array(4).fill('700'),
    );
    expect(
      ['better-auth-secret', 'dynamodb/CURRENT', 'dynamodb-8001/LOG', 'notes/mine'].map((name) =>
        modeOf('.local', name),
      ),
    ).toEqual(Array(4).fill('600'));
  });

  it('closes its own files alone in a folder that holds others', () => {
    make('better-auth-secret');
    make('program');
    chmodSync(join(folder, 'program'), 0o755);
    chmodSync(folder, 0o755);
    keepPrivate(folder);
    expect([modeOf(), modeOf('better-auth-secret'), modeOf('program')]).toEqual(['755', '600', '755']);
  });

  it('changes nothing behind a link', () => {
    make('elsewhere');
    mkdirSync(join(folder, 'data'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'data/dynamodb'));
    keepPrivate(join(folder, 'data'));
    expect(modeOf('elsewhere')).toBe('644');
  });
});
