/**
 * `npm run licenses`: the licence of every package that goes into a bundle, out of package-lock.json. Exits 1 when one has
 * none, or one that asks for more than its notice to be kept.
 */
import { readFileSync } from 'node:fs';

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  /** A package of the project, which has an entry of its own. */
  readonly link?: boolean;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const packages = Object.entries(lock.packages as Record<string, Locked>)
  .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
  .map(([path, { version, license }]) => ({ name: path.split('node_modules/').at(-1), version, license }));

for (const { name, version, license } of packages) {
  process.stdout.write(`${license ?? 'none'}\t${name}@${version}\n`);
}
const others = packages.filter(({ license }) => !PERMISSIVE.has(license ?? ''));
if (others.length > 0) {
  process.stderr.write(
    `To be looked at: ${others.map(({ name, license }) => `${name} (${license})`).join(', ')}\n`,
  );
  process.exitCode = 1;
}
