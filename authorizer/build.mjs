import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Bundles the package into dist/, with what it needs of common/: for `import` and for `require`, each with its types.
 * `npm pack` runs it, and `--clean` after it.
 */
const folder = import.meta.dirname;
const at = (...names) => join(folder, ...names);

rmSync(at('dist'), { recursive: true, force: true });
if (!process.argv.includes('--clean')) build();

function build() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], { stdio: ['ignore', 2, 2] });
  cpSync(at('dist/esm/types'), at('dist/cjs/types'), { recursive: true });
  writeFileSync(at('dist/cjs/package.json'), '{ "type": "commonjs" }\n');
  for (const format of ['esm', 'cjs']) {
    buildSync({
      absWorkingDir: folder,
      entryPoints: ['index.ts'],
      outfile: `dist/${format}/index.js`,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node22',
      format,
      logLevel: 'warning',
    });
  }
}
