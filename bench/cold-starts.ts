import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { apiEvent, identityOf } from '../support/api-event.ts';
import { type Bundle, bundleEntry, bundleFunction } from '../support/bundles.ts';
import { startDynamo } from '../support/dynamodb.ts';
import type { Benchmark, Result } from '../support/measure/result.ts';
import { interleave, type Rounds } from '../support/measure/rounds.ts';
import { findExampleBody, kebabCase } from '../support/operations.ts';
import { EXAMPLE } from '../support/resources.ts';
import { authorizerStart, emptyStart, HOUR_S, requireReply } from './authorizer-start.ts';
import { type ColdStart, coldStart } from './measure/cold-start.ts';

const { create, get, kind } = EXAMPLE;
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

export const coldStarts: Benchmark = {
  ids: ['C1', 'C3', 'C5'],
  seconds: 40,
  run: async ({ rounds = 40 }) => {
    const dynamo = await startDynamo();
    try {
      const bundles = await buildAll();
      const starts = startsOf(bundles, { endpoint: dynamo.endpoint, table: await dynamo.freshTable() });
      const variants = Object.entries(starts).map(([name, start]) => ({ name, sample: coldStart(start) }));
      return { results: results(await interleave(variants, rounds), bundles) };
    } finally {
      await dynamo.stop();
    }
  },
};

/** The bundles that cold starts are measured with. */
export type Bundles = Readonly<Record<'empty' | 'authorizer' | 'get' | 'validation', Bundle>>;

export async function buildAll(): Promise<Bundles> {
  const [empty, authorizer, ofGet, validation] = await Promise.all([
    bundleEntry('empty', 'bench/fixtures/empty.ts'),
    bundleFunction('authorizer'),
    bundleFunction(get.functionName),
    bundleEntry('validation', writeValidation()),
  ]);
  return { empty, authorizer, get: ofGet, validation };
}

/** What validation adds to an empty handler: the validator of the body of a new record, used once. */
function writeValidation(): string {
  const contract = resolve(
    import.meta.dirname,
    `../functions/http/generated/${kebabCase(create.functionName)}.ts`,
  );
  const file = join(mkdtempSync(join(tmpdir(), 'bench-validation-')), 'validation.ts');
  writeFileSync(
    file,
    `import { ${create.functionName}Contract as contract } from ${JSON.stringify(contract)};
export const handler = async (body) => ({ valid: contract.body.validate(body) });
`,
  );
  return file;
}

export function startsOf(bundles: Bundles, { endpoint, table }: { endpoint: string; table: string }) {
  const lambda = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  return {
    empty: emptyStart(bundles.empty),
    'empty again': emptyStart(bundles.empty),
    authorizer: authorizerStart(bundles.authorizer),
    get: {
      bundle: bundles.get.file,
      event: getEvent(),
      env: { ...lambda, AWS_ENDPOINT_URL_DYNAMODB: endpoint, TASKS_TABLE: table },
      check: requireReply(`${kind.name}_not_found`),
    },
    validation: {
      bundle: bundles.validation.file,
      event: findExampleBody(create),
      env: {},
      check: requireReply('{"valid":true}'),
    },
  } satisfies Record<string, ColdStart>;
}

function getEvent() {
  const caller = identityOf('ann', { expiresAt: Math.floor(Date.now() / 1000) + HOUR_S });
  return apiEvent({
    path: `${EXAMPLE.path}/${ID}`,
    pathParameters: { [get.pathParameters[0] ?? '']: ID },
    caller,
  });
}

function results(measured: Rounds, { empty, validation }: Bundles): Result[] {
  const times = (name: string, unit: string) => ({
    figure: measured.ratio(name, 'empty'),
    note: `${measured.median(name).toFixed(1)} ms against ${measured.median('empty').toFixed(1)} ms${unit}, quartiles ${measured.spread(name, 'empty')}, empty against itself ${measured.ratio('empty again', 'empty').toFixed(2)}`,
  });
  // Inside a round, because a millisecond is less than the rounds differ by.
  const addedMs = (measured.ratio('validation', 'empty') - 1) * measured.median('empty');
  return [
    {
      id: 'C1',
      what: 'authorizer cold start, both modes in one bundle, to the first policy',
      goal: { compare: '≤', limit: 1.45, further: 1.35, unit: '× an empty handler' },
      ...times('authorizer', ''),
    },
    {
      id: 'C3',
      what: 'task handler cold start to the first reply, one DynamoDB request included',
      goal: { compare: '≤', limit: 2.2, unit: '× an empty handler' },
      ...times('get', ` (${get.operationId})`),
    },
    {
      id: 'C5',
      what: 'validation in a cold start, time',
      goal: { compare: '≤', limit: 3, unit: 'ms' },
      figure: addedMs,
      note: `the validator of ${create.operationId}, used once, beyond an empty handler`,
    },
    {
      id: 'C5',
      what: 'validation in a cold start, size',
      goal: { compare: '≤', limit: 20, unit: 'KB' },
      figure: (validation.bytes - empty.bytes) / 1024,
      note: 'minified',
    },
  ];
}
