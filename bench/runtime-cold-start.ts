import { bundleEntry, bundleFunction } from '../support/bundles.ts';
import type { Benchmark, Result } from '../support/measure/result.ts';
import { interleave } from '../support/measure/rounds.ts';
import { authorizerStart, emptyStart } from './authorizer-start.ts';
import type { ColdStart } from './measure/cold-start.ts';
import { runtimeStart } from './measure/runtime-start.ts';
import { runtimeClient } from './runtime-client.ts';

const ROW = {
  id: 'R1',
  what: 'authorizer cold start under the real runtime client (aws-lambda-ric), both modes in one bundle',
  goal: { compare: '≤', limit: 1.35, unit: '× an empty handler' },
} as const;

/** Optional: where the client cannot be installed, the row says what is missing. */
export const runtimeColdStart: Benchmark = {
  ids: [ROW.id],
  seconds: 20,
  run: async ({ rounds = 60 }) => {
    const client = runtimeClient();
    if ('missing' in client)
      return { results: [{ ...ROW, figure: undefined, note: `skipped: ${client.missing}` }] };
    return { results: [await measure(client.file, rounds)] };
  },
};

async function measure(client: string, rounds: number): Promise<Result> {
  const variants = Object.entries(await starts()).map(([name, start]) => ({
    name,
    sample: runtimeStart(client, start),
  }));
  const measured = await interleave(variants, rounds);
  const itself = measured.ratio('empty again', 'empty').toFixed(2);
  return {
    ...ROW,
    figure: measured.ratio('authorizer', 'empty'),
    note: `${measured.median('authorizer').toFixed(1)} ms against ${measured.median('empty').toFixed(1)} ms, quartiles ${measured.spread('authorizer', 'empty')}, empty against itself ${itself}`,
  };
}

async function starts(): Promise<Readonly<Record<string, ColdStart>>> {
  const empty = await bundleEntry('empty', 'bench/fixtures/empty.ts');
  const authorizer = await bundleFunction('authorizer');
  return {
    empty: emptyStart(empty),
    'empty again': emptyStart(empty),
    authorizer: authorizerStart(authorizer),
  };
}
