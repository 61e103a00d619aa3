import type { Feature } from './features.ts';

export const VERSIONS_DOCUMENT = 'docs/better-auth-versions.md';

/** What the suite said of one version. */
export interface Outcome {
  readonly version: string;
  readonly passed: number;
  /** Titles of the tests that failed. */
  readonly failed: readonly string[];
  /** What the version does not have, so that its tests were left out. */
  readonly missing: readonly Feature[];
}

/** The whole of docs/better-auth-versions.md. */
export function versionsDocument(outcomes: readonly Outcome[]): string {
  return `# Versions of Better Auth

Written by \`npm run test:better-auth\`. It installs the newest release of each minor line in a folder of its own, and runs
[the conformance suite](../tests/conformance/better-auth.test.ts) over it. The suite starts real servers, has them issue everything
they can, and checks the verdict on each token. A weekly workflow runs it over the newest release.

| Better Auth | result | tests passed | tests failed | not in this version, so not tested |
| --- | --- | --- | --- | --- |
${outcomes.map(rowOf).join('\n')}
`;
}

function rowOf({ version, passed, failed, missing }: Outcome): string {
  const names = [...new Set(missing.map(({ name }) => name))].join('<br>');
  const result = failed.length === 0 ? '**works**' : 'fails';
  return `| ${version} | ${result} | ${passed} | ${failed.length} | ${names || '–'} |`;
}

/** The minor line of the oldest version that works, with every newer one. */
export function oldestThatWorks(document: string): string | undefined {
  const rows = [...document.matchAll(/^\| (1\.\d+)\.\d+ \| ([^|]+) \|/gm)].map(([, line, result]) => ({
    line,
    result,
  }));
  const failing = rows.findLastIndex(({ result }) => result !== '**works**');
  return rows[failing + 1]?.line;
}
