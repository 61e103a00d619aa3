/** What a test of the suite needs of Better Auth, where the oldest minor line of the table does not have it. */
export interface Feature {
  /** How the titles of its tests begin, after the name of their group. */
  readonly title: string;
  readonly since: `1.${number}`;
  /** For the table. */
  readonly name: string;
}

/** Tried with the newest version of each minor line: these tests fail below `since`, and only these. */
const FEATURES: readonly Feature[] = [
  {
    title: 'jwt\\(\\) with a custom HS256 sign and a list of secrets',
    since: '1.5',
    name: 'list of secrets',
  },
  { title: 'a dynamic base URL', since: '1.5', name: 'dynamic base URL' },
  { title: 'jwt\\(\\) with the key set on another path', since: '1.4', name: 'other path of the key set' },
  { title: 'cookie cache of strategy jw[te]', since: '1.4', name: 'cookie cache as a JWT' },
  { title: 'jwt\\(\\) with sessionCookieCache', since: '1.4', name: '`sessionCookieCache`' },
  { title: 'mails ', since: '1.4', name: 'mail before an unverified address is changed' },
  { title: 'of the keys refuses no valid token', since: '1.4', name: 'rotation of keys' },
  { title: 'stops accepting a key that is no longer published', since: '1.4', name: 'rotation of keys' },
];

/** The features that a version does not have. */
export function missingIn(version: string): Feature[] {
  return FEATURES.filter(({ since }) => minorOf(version) < minorOf(since));
}

/** A pattern for jest's --testNamePattern that leaves the tests of these features out. */
export function patternWithout(features: readonly Feature[]): string {
  const left = features.map(({ title }) => title).join('|');
  return features.length === 0 ? '.*' : `^(?!.*(?:${left}))`;
}

export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
