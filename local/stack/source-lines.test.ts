import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles a source into a folder that is not in the service, runs it, and prints the stack of its error. */
const PROGRAM = `
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { keepSourceMap, showSourceLines } from './source-lines.ts';
const [service, outdir] = process.argv.slice(1);
const options = { entryPoints: ['fails.ts'], absWorkingDir: service, outdir, sourcemap: 'external', format: 'cjs', write: false };
const { outputFiles: [map, bundle] } = await build({ ...options, minify: true, outExtension: { '.js': '.cjs' } });
writeFileSync(bundle.path, bundle.contents);
keepSourceMap(bundle.path, map.text);
showSourceLines(service);
try {
  createRequire(bundle.path)(bundle.path);
} catch (error) {
  console.log(error.stack);
}
`;

it.each(['service', 'Dän Ordner', '100% + #1'])('names lines of sources in a folder called %s', (name) => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
  const [service, bundles] = [join(folder, name), join(folder, 'bundles')];
  for (const made of [service, bundles]) mkdirSync(made);
  writeFileSync(join(service, 'fails.ts'), "const text: string = 'no';\n\nthrow new Error(text);\n");
  const words = ['--no-warnings', '--input-type=module', '--eval', PROGRAM, service, bundles];
  const printed = execFileSync(process.execPath, words, { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(printed.split('\n').slice(0, 2)).toEqual(['Error: no', '    at fails.ts:3:7']);
});
