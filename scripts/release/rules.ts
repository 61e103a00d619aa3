/** Headings of a version in Keep a Changelog 1.1.0. */
const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
const RELEASE = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/;
/** What a user of the API or of a deployment can notice. */
const SHIPPED = /^(authorizer\/|functions\/|common\/|build\/|openapi\.yml$|serverless\.yml$)/;
const UNNOTICED = /\.test\.ts$/;

/** Where CHANGELOG.md departs from Keep a Changelog. */
export function changelogFaults(text: string): string[] {
  const headings = text.split('\n').filter((line) => /^##/.test(line));
  const releases = headings.filter((line) => /^## /.test(line));
  const faults = releases
    .slice(1)
    .flatMap((line) => (RELEASE.test(line) ? [] : [`"${line}" is not "## [1.2.3] - 2026-01-31".`]));
  if (releases[0] !== '## [Unreleased]') faults.unshift('CHANGELOG.md must begin with "## [Unreleased]".');
  const versions = releasesOf(text);
  if (versions.join() !== [...versions].sort(newestFirst).join())
    faults.push('CHANGELOG.md must list the newest release first.');
  for (const kind of headings.filter((line) => /^### /.test(line)).map((line) => line.slice(4))) {
    if (!KINDS.includes(kind)) faults.push(`"### ${kind}" is none of ${KINDS.join(', ')}.`);
  }
  return faults;
}

/** Where the version is not the same everywhere. */
export function versionFaults(
  versions: { package: string; lock: string; openapi: string },
  changelog: string,
): string[] {
  const { package: version, lock, openapi } = versions;
  const faults = [];
  if (openapi !== version) faults.push(`openapi.yml says version ${openapi}, package.json ${version}.`);
  if (lock !== version) faults.push(`package-lock.json says version ${lock}, package.json ${version}.`);
  const [newest] = releasesOf(changelog);
  if (newest !== undefined && newest !== version)
    faults.push(`CHANGELOG.md ends at ${newest}, package.json says ${version}.`);
  return faults;
}

/** What is wrong with a change: something that ships, and no line in the changelog. */
export function changeFaults(changedFiles: readonly string[]): string[] {
  const shipped = changedFiles.filter((file) => SHIPPED.test(file) && !UNNOTICED.test(file));
  if (shipped.length === 0 || changedFiles.includes('CHANGELOG.md')) return [];
  return [`${shipped[0]} and what else changed needs a line in CHANGELOG.md under Unreleased.`];
}

function releasesOf(changelog: string): string[] {
  return changelog.split('\n').flatMap((line) => RELEASE.exec(line)?.[1] ?? []);
}

function newestFirst(one: string, other: string): number {
  return other.localeCompare(one, 'en', { numeric: true });
}
