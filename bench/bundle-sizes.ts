import { BUDGETS, budgetOf } from './budgets.ts';
import { type Bundle, bundleFunction, readService } from './bundles.ts';
import type { Benchmark, Goal, Result } from './measure/result.ts';

export async function bundleHandlers(): Promise<Bundle[]> {
  const names = Object.keys(readService().functions).filter((name) => name !== 'authorizer');
  return Promise.all(names.map(bundleFunction));
}

export const bundleSizes: Benchmark = {
  ids: ['C2', 'C4'],
  seconds: 3,
  run: async () => {
    const authorizer = await bundleFunction('authorizer');
    const handlers = await bundleHandlers();
    const taskHandlers = handlers.filter(({ name }) => budgetOf(name) === BUDGETS.handler);
    return {
      results: [
        ...rows('C2', 'authorizer bundle', [authorizer], BUDGETS.authorizer),
        ...rows('C4', 'largest task handler bundle', taskHandlers, BUDGETS.handler),
      ],
      details: [
        {
          title: 'Bundles',
          columns: ['function', 'bytes', 'gzip bytes'],
          rows: [authorizer, ...handlers].map(({ name, bytes, gzipBytes }) => [name, bytes, gzipBytes]),
        },
      ],
    };
  },
};

function rows(
  id: string,
  what: string,
  bundles: readonly Bundle[],
  budget: { readonly bytes: number; readonly gzipBytes: number },
): Result[] {
  const row = (quantity: 'bytes' | 'gzipBytes', label: string): Result => {
    const largest = bundles.reduce((one, other) => (other[quantity] > one[quantity] ? other : one));
    const goal: Goal = { compare: '≤', limit: budget[quantity] / 1024, unit: 'KB' };
    return { id, what: `${what}, ${label}`, goal, figure: largest[quantity] / 1024, note: largest.name };
  };
  return [row('bytes', 'minified'), row('gzipBytes', 'gzip')];
}
