import { createRequire } from 'node:module';
import { resolve, sep } from 'node:path';

/**
 * Makes the next `require` of anything below a folder read the file again. In worker threads new code comes with a new
 * worker; in process, Node's module cache would keep the old bundles for good.
 */
export function forgetModules(...folder: readonly string[]): void {
  const below = resolve(...folder) + sep;
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) {
    if (file.startsWith(below)) delete cache[file];
  }
}
