import { bundleHandlers } from './bundle-sizes.ts';
import { bundleFunction } from './bundles.ts';

/** Builds everything that is deployed and prints what came of it. A program of its own: esbuild does not run in jest. */
const [authorizer, handlers] = await Promise.all([bundleFunction('authorizer'), bundleHandlers()]);
console.log(JSON.stringify({ authorizer, handlers }));
