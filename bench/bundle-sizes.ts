import { type Bundle, bundleFunction, readService } from '../support/bundles.ts';
import type { Benchmark, Goal, Result } from '../support/measure/result.ts';
import { type Budget, budgetOf, HANDLER_BUDGET, isPlainHandler } from './budgets.ts';

/** Everything that is deployed, one after the other so that two cores are enough. */
export async function bundleAll(): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  for (const name of Object.keys(readService().functions)) bundles.push(await bundleFunction(name));
  return bundles;
}

export const bundleSizes: Benchmark = {
  ids: ['C2', 'C4'],
  seconds: 3,
  run: async () => {
    const bundles = await bundleAll();
    const authorizer = bundles.filter(({ name }) => name === 'authorizer');
    const handlers = bundles.filter(({ name }) => isPlainHandler(name));
    return {
      results: [
        ...rows('C2', 'authorizer bundle', authorizer, budgetOf('authorizer')),
        ...rows('C4', 'largest task handler bundle', handlers, HANDLER_BUDGET),
      ],
      details: [
        {
          title: 'Bundles',
          columns: ['function', 'bytes', 'gzip bytes'],
          rows: bundles.map(({ name, bytes, gzipBytes }) => [name, bytes, gzipBytes]),
        },
      ],
    };
  },
};

function rows(id: string, what: string, bundles: readonly Bundle[], budget: Budget): Result[] {
  const row = (quantity: 'bytes' | 'gzipBytes', label: string): Result => {
    const largest = bundles.reduce((one, other) => (other[quantity] > one[quantity] ? other : one));
    const goal: Goal = { compare: '≤', limit: budget[quantity] / 1024, unit: 'KB' };
    return { id, what: `${what}, ${label}`, goal, figure: largest[quantity] / 1024, note: largest.name };
  };
  return [row('bytes', 'minified'), row('gzipBytes', 'gzip')];
}
