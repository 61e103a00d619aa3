import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startDynamo } from '../support/dynamodb.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { median, shuffled } from '../support/measure/statistics.ts';
import { EXAMPLE } from '../support/resources.ts';
import { buildAll, startsOf } from './cold-starts.ts';
import type { ColdStart } from './measure/cold-start.ts';

/** Title of its table, which is drawn as well. */
export const PARTS_TITLE = 'A cold start by part, × an empty handler';

const EMPTY = 'an empty handler';
const RUNNER = resolve(import.meta.dirname, 'cold-parts-runner.cjs');
const COLUMNS = ['handler', 'Node starts', 'the bundle loads', 'the first request'];
const run = promisify(execFile);

type Parts = readonly [ready: number, loaded: number, replied: number];

/**
 * Where the time of a cold start goes. It has no goal of its own: C1 and C3 have. It is processor time over that of an
 * empty handler in the same round, because a busy machine lengthens both. What a function waits for is not in it.
 */
export const coldStartParts: Benchmark = {
  ids: ['parts'],
  seconds: 20,
  run: async ({ rounds = 30 }) => {
    const dynamo = await startDynamo();
    try {
      const all = startsOf(await buildAll(), {
        endpoint: dynamo.endpoint,
        table: await dynamo.freshTable(),
      });
      const variants = [
        { name: EMPTY, sample: partsOf(all.empty) },
        { name: 'authorizer', sample: partsOf(all.authorizer) },
        { name: EXAMPLE.get.operationId, sample: partsOf(all.get) },
      ];
      const samples = new Map<string, Parts[]>(variants.map(({ name }) => [name, []]));
      for (let round = 0; round <= rounds; round += 1) {
        for (const { name, sample } of shuffled(variants)) {
          const parts = await sample();
          if (round > 0) samples.get(name)?.push(parts);
        }
      }
      const empty = (samples.get(EMPTY) ?? []).map(([ready, loaded, replied]) => ready + loaded + replied);
      const rows = [...samples].map(([name, parts]) => [
        name,
        ...COLUMNS.slice(1).map((_, part) =>
          median(parts.map((one, round) => (one[part] ?? 0) / (empty[round] ?? 1))).toFixed(2),
        ),
      ]);
      return { results: [], details: [{ title: PARTS_TITLE, columns: COLUMNS, rows }] };
    } finally {
      await dynamo.stop();
    }
  },
};

/** One start, as microseconds of processor time that each part took. */
function partsOf({ bundle, event, env, check }: ColdStart): () => Promise<Parts> {
  const eventFile = join(mkdtempSync(join(tmpdir(), 'bench-event-')), 'event.json');
  writeFileSync(eventFile, JSON.stringify(event));
  return async () => {
    const { stdout } = await run(process.execPath, [RUNNER, bundle, eventFile], { env: { ...env } });
    const { ready, loaded, replied, reply } = JSON.parse(stdout);
    check(reply);
    return [ready, loaded - ready, replied - loaded];
  };
}
