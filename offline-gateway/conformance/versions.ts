import { AssertionError } from 'node:assert';
import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withSection } from './markdown.ts';
import { DidNotStart, type Versions } from './offline.ts';
import { RECORDED_FACTS } from './recorded/facts.ts';
import { startRecorded } from './recorded/service.ts';
import { ROWS } from './rows.ts';
import { openTable } from './table.ts';
import { type Combination, combinationsOf, versionsTable } from './versions-table.ts';

/**
 * `npm run gateway:versions`: installs the packed plugin with the oldest and the newest version of each peer. Asks every
 * row of the table and every recorded fact, and writes the table of README.md.
 */
const execute = promisify(execFile);
const GATEWAY = join(import.meta.dirname, '..');
const README = join(GATEWAY, 'README.md');
const folder = mkdtempSync(join(tmpdir(), 'gateway-versions-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const { peerDependencies: peers, engines } = JSON.parse(
    readFileSync(join(GATEWAY, 'package.json'), 'utf8'),
  );
  await npm(['pack', '--silent', '--pack-destination', folder], GATEWAY);
  const combinations = combinationsOf({
    osls: await publishedIn('osls', peers.serverless),
    offline: await publishedIn('serverless-offline', peers['serverless-offline']),
    node: [`${/\d+\.\d+/.exec(engines.node)}.0`, process.versions.node],
  });
  const outcomes = [];
  for (const combination of combinations) {
    const { osls, offline, node } = combination;
    console.log(`osls ${osls}, serverless-offline ${offline}, Node ${node}`);
    const unlike = await findUnlike(await install(combination));
    console.log(unlike.length === 0 ? '  like AWS' : `  unlike AWS: ${unlike.join(', ')}`);
    outcomes.push({ combination, unlike });
  }
  const table = versionsTable(outcomes, new Date().toISOString().slice(0, 10));
  writeFileSync(README, withSection(readFileSync(README, 'utf8'), 'versions', table));
  return outcomes.every(({ unlike }) => unlike.length === 0) ? 0 : 1;
}

/** The versions in a range, the oldest first. */
async function publishedIn(name: string, range: string): Promise<readonly string[]> {
  const versions: string | string[] = JSON.parse(
    await npm(['view', `${name}@${range}`, 'version', '--json']),
  );
  return [versions].flat().toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** An empty folder with the tarball, the peers and a Node, and copies of the fixtures that load the tarball. */
async function install({ osls, offline, node }: Combination): Promise<Versions> {
  const place = join(folder, `${osls}-${offline}-${node}`);
  const ofNode = `node-${process.platform.replace('win32', 'win')}-${process.arch}`;
  const dependencies = {
    serverless: `npm:osls@${osls}`,
    'serverless-offline': offline,
    'serverless-offline-gateway': `file:${globSync('*.tgz', { cwd: folder }).map((name) => join(folder, name))}`,
    [ofNode]: node,
  };
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts'], place);
  cpSync(join(GATEWAY, 'fixtures'), join(place, 'service/fixtures'), { recursive: true });
  // The oldest serverless-offline runs no function of a newer runtime, with the plugin or alone.
  for (const file of globSync('service/fixtures/**/serverless.yml', { cwd: place }).map((name) =>
    join(place, name),
  ))
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('nodejs24.x', 'nodejs20.x'));
  writeFileSync(
    join(place, 'service/index.cjs'),
    "module.exports = require('serverless-offline-gateway');\n",
  );
  const { resolve } = createRequire(join(place, 'package.json'));
  const framework = resolve('serverless/package.json');
  const { bin } = JSON.parse(readFileSync(framework, 'utf8'));
  return {
    cli: join(dirname(framework), bin.serverless),
    node: join(dirname(resolve(`${ofNode}/package.json`)), 'bin/node'),
    fixtures: join(place, 'service/fixtures'),
  };
}

/** Ids of the rows and facts that are answered otherwise than AWS does. */
async function findUnlike(versions: Versions): Promise<readonly string[]> {
  const table = openTable({ withPlugin: true, versions });
  const rows = await unlikeIn(ROWS, table).finally(table.stop);
  const service = await startRecorded({ withPlugin: true, versions });
  const facts = await unlikeIn(RECORDED_FACTS, service).finally(service.stop);
  return [...rows, ...facts];
}

interface Checker<Item> {
  readonly check: (item: Item) => Promise<void>;
}

async function unlikeIn<Item extends { readonly id: string; readonly state?: string }>(
  items: readonly Item[],
  { check }: Checker<Item>,
): Promise<readonly string[]> {
  const unlike: string[] = [];
  for (const item of items.filter(({ state }) => state !== 'out of scope')) {
    try {
      await check(item);
    } catch (error) {
      // Anything else is no answer: the registry or this machine failed.
      if (!(error instanceof AssertionError || error instanceof DidNotStart)) throw error;
      unlike.push(item.id);
    }
  }
  return unlike;
}

async function npm(args: readonly string[], cwd = GATEWAY): Promise<string> {
  const options = { cwd, maxBuffer: 16 * 1024 * 1024, shell: process.platform === 'win32' };
  const { stdout } = await execute('npm', [...args], options);
  return stdout;
}
