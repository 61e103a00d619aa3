/**
 * `npm run sbom`: what the deployed code is made of, as a CycloneDX document in reports/sbom.cdx.json. It holds the
 * packages of the lock file that are not for development only, with versions, hashes and licences.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = 'reports/sbom.cdx.json';
const COMMAND = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];

const { name } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const sbom = JSON.parse(
  execFileSync('npm', COMMAND, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' }),
);
// npm names the folder instead of the package.
sbom.metadata.component.name = name;
mkdirSync(`${ROOT}reports`, { recursive: true });
writeFileSync(ROOT + FILE, `${JSON.stringify(sbom, null, 2)}\n`);
process.stdout.write(`${FILE}: ${sbom.components.length} packages, CycloneDX ${sbom.specVersion}\n`);
