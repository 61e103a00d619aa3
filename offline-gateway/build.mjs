import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Compiles the package into dist/: Node does not strip types below node_modules. `npm pack` runs it, and `--clean` after it. */
const folder = import.meta.dirname;
const at = (...names) => join(folder, ...names);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(at('dist'), { recursive: true, force: true });
if (!process.argv.includes('--clean')) build();

function build() {
  execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], { stdio: ['ignore', 2, 2] });
  cpSync(
    at('functions/python/offline_gateway_invoke.py'),
    at('dist/functions/python/offline_gateway_invoke.py'),
  );
  cpSync(at('provider.cjs'), at('dist/provider.cjs'));
}
