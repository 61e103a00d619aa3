import { describe, expect, it } from '@jest/globals';
import { changeFaults, changelogFaults, versionFaults } from './rules.ts';

const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- More.\n\n## [0.10.0] - 2026-11-20\n\n## [0.9.0] - 2026-10-01\n';
const SAME = { package: '0.10.0', lock: '0.10.0', openapi: '0.10.0' };

describe('CHANGELOG.md', () => {
  it('passes when it follows Keep a Changelog', () => {
    expect(changelogFaults(CHANGELOG)).toEqual([]);
  });

  it.each([
    ['no place for what is not released', CHANGELOG.replace('## [Unreleased]', '## Next')],
    ['a release without date', CHANGELOG.replace(' - 2026-11-20', '')],
    ['releases out of order', CHANGELOG.replace('0.9.0', '0.11.0')],
    ['a kind of change of its own', CHANGELOG.replace('### Added', '### Improved')],
  ])('fails with %s', (_name, text) => {
    expect(changelogFaults(text)).toHaveLength(1);
  });
});

describe('the version', () => {
  it('is the same everywhere', () => {
    expect(versionFaults(SAME, CHANGELOG)).toEqual([]);
  });

  it.each([
    ['openapi.yml', { ...SAME, openapi: '0.9.0' }, CHANGELOG],
    ['package-lock.json', { ...SAME, lock: '0.9.0' }, CHANGELOG],
    ['CHANGELOG.md', SAME, CHANGELOG.replace('0.10.0', '0.9.9')],
  ])('fails when %s says another', (file, versions, changelog) => {
    expect(versionFaults(versions, changelog)).toEqual([expect.stringContaining(file)]);
  });
});

describe('a change', () => {
  it.each([
    ['of what ships, with its line', ['functions/get-me.ts', 'CHANGELOG.md'], 0],
    ['of what ships, without', ['functions/get-me.ts', 'README.md'], 1],
    ['of the contract, without', ['openapi.yml'], 1],
    ['of tests', ['functions/get-me.test.ts', 'tests/deploy/roles.test.ts'], 0],
    ['of documents', ['docs/scaling.md'], 0],
  ])('%s has %s faults', (_name, files, faults) => {
    expect(changeFaults(files)).toHaveLength(faults);
  });
});
