import { bundleAll } from './bundle-sizes.ts';

/** Builds everything that is deployed and prints what came of it. A program of its own: esbuild does not run in jest. */
console.log(JSON.stringify(await bundleAll()));
