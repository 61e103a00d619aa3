import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const FOLDER = new URL('../../.github/workflows/', import.meta.url);
/** A commit, which cannot be moved as a tag can, and for readers and Dependabot the version that it is. */
const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const actions = readdirSync(FOLDER).flatMap((file) => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return [...text.matchAll(/\buses: *(.+)$/gm)].map(([, action]) => ({ file, action: String(action) }));
});

describe('the workflows', () => {
  it('run actions of the commits that are named, and of no others', () => {
    expect(actions.length).toBeGreaterThanOrEqual(7);
    const isOurs = (action: string) => action.startsWith('./');
    expect(actions.filter(({ action }) => !PINNED.test(action) && !isOurs(action))).toEqual([]);
  });

  it('run one version of each action', () => {
    const versions = new Map<string, Set<string>>();
    for (const { action } of actions) {
      const [name = '', version = ''] = action.split('@');
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
    expect([...versions].filter(([, used]) => used.size > 1)).toEqual([]);
  });
});
