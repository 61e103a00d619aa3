import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { entriesOf } from '../../support/packaged.ts';

interface FunctionDefinition {
  handler?: string;
  image?: string;
  package?: { artifact?: string; patterns?: string[]; individually?: boolean };
}
type PluginClass = new (
  serverless: unknown,
  options: { readonly function?: string; readonly package?: string },
) => { readonly hooks: Readonly<Record<string, () => unknown>> };

const PackagePlugin = createRequire(import.meta.url)('../../build/package-plugin.cjs') as PluginClass;
/** Of every entry: a regular file that all may read, as Lambda needs it. */
const ALL_MAY_READ = 0o100644;

let serviceDir: string;

beforeEach(() => {
  serviceDir = mkdtempSync(join(tmpdir(), 'zips-'));
  writeFileSync(join(serviceDir, 'one.ts'), 'export const handler = async (): Promise<number> => 1;\n');
  writeFileSync(join(serviceDir, 'broken.ts'), 'export const handler = async async;\n');
});
afterEach(() => rmSync(serviceDir, { recursive: true, force: true }));

/** Runs a hook of the plugin for a service with these functions. */
async function run(
  functions: Record<string, FunctionDefinition>,
  options: { readonly function?: string; readonly package?: string } = {},
  hook = 'before:package:createDeploymentArtifacts',
) {
  const esbuild = { bundle: true, format: 'cjs', outputFileExtension: '.cjs', exclude: [] };
  const service = { functions, package: {}, custom: { esbuild } };
  await new PackagePlugin({ service, serviceDir, classes: { Error } }, options).hooks[hook]?.();
}

it('gives each function a zip with its bundle, the same file for two functions of one source', async () => {
  const functions: Record<string, FunctionDefinition> = {
    first: { handler: 'one.handler', package: { individually: true } },
    second: { handler: 'one.handler' },
  };
  await run(functions);
  expect(functions['first']?.package).toEqual({
    individually: true,
    artifact: join('.serverless', 'first.zip'),
  });
  const [first, second] = ['first', 'second'].map((name) =>
    readFileSync(join(serviceDir, '.serverless', `${name}.zip`)),
  );
  expect(first).toEqual(second);
  expect(entriesOf(first as Buffer)).toEqual([
    expect.objectContaining({ name: 'one.cjs', mode: ALL_MAY_READ }),
  ]);
});

it('makes the same bytes of the same sources later', async () => {
  const functions = () => ({ first: { handler: 'one.handler' } });
  await run(functions(), { package: 'before' });
  writeFileSync(join(serviceDir, 'one.ts'), readFileSync(join(serviceDir, 'one.ts')));
  await run(functions(), { package: 'after' });
  const zips = ['before', 'after'].map((folder) => readFileSync(join(serviceDir, folder, 'first.zip')));
  expect(zips[0]).toEqual(zips[1]);
  // 1 January 1980, 0 o'clock, as MS-DOS writes it: the zip was not made then.
  expect(zips[0]?.readUInt32LE(10)).toBe(0x0021_0000);
});

it('packages one function for `serverless deploy function`', async () => {
  const functions = { first: { handler: 'one.handler' }, second: { handler: 'broken.handler' } };
  await run(functions, { function: 'first' }, 'before:package:function:package');
  expect(readdirSync(join(serviceDir, '.serverless'))).toEqual(['first.zip']);
});

it.each<[string, FunctionDefinition]>([
  ['an artifact', { handler: 'broken.handler', package: { artifact: 'own.zip' } }],
  ['an image', { image: '123.dkr.ecr.eu-central-1.amazonaws.com/own:1' }],
])('leaves a function alone that names %s', async (_what, own) => {
  const before = structuredClone(own);
  await run({ own });
  expect(own).toEqual(before);
  expect(existsSync(join(serviceDir, '.serverless', 'own.zip'))).toBe(false);
});

it.each<[string, FunctionDefinition, string, string]>([
  [
    'further files',
    { handler: 'one.handler', package: { patterns: ['a.txt'] } },
    'before:package:createDeploymentArtifacts',
    'package.patterns of own: a zip holds the bundle and no other file.',
  ],
  [
    'a source that does not compile',
    { handler: 'broken.handler' },
    'before:package:createDeploymentArtifacts',
    'The functions do not compile.',
  ],
  [
    'a call without the stack',
    { handler: 'one.handler' },
    'before:invoke:local:invoke',
    'serverless invoke local bundles nothing. Call the function in npm run dev.',
  ],
])('refuses %s with a sentence', async (_what, own, hook, sentence) => {
  await expect(run({ own }, {}, hook)).rejects.toThrow(sentence);
});
