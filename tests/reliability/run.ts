import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { conditions } from '../../support/measure/conditions.ts';
import { toText, writePage } from '../../support/measure/report.ts';
import { showProgress } from '../../support/progress.ts';
import { MINTED_TOKENS, type Stack, startStack } from '../../support/stack.ts';
import { COLUMNS, DOCUMENT, FIGURES, pageOf, toRow } from './document.ts';
import { type Outcome, readOutcomes, writeOutcomes } from './outcomes.ts';
import { type Finding, type Scale, type Scenario, SEED, type Stacks } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const BOUND_MS = 10 * 60_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    /** Where the outcomes are kept as JSON, as well as in the page. */
    report: { type: 'string' },
  },
});

const wanted = values.only?.split(',') ?? Object.keys(SCENARIOS);
const unknown = wanted.find((name) => !(name in SCENARIOS));
if (unknown !== undefined) throw new Error(`--only takes ${Object.keys(SCENARIOS).join(', ')}`);
const scale: Scale = values.short ? 'short' : 'full';
if (scale === 'short' && values.write) throw new Error('--write takes the figures of a full run');

/** Each scenario has a stack of its own, whose memory is watched. Those of a short run share one. */
const stacks: Stacks =
  scale === 'full'
    ? {
        open: (settings) => startStack({ env: { ...MINTED_TOKENS, ...settings } }),
        close: (stack) => stack.stop(),
      }
    : shareOne();

const outOfTime = setTimeout(() => {
  console.error(`not done after ${BOUND_MS / 60_000} minutes`);
  process.exit(1);
}, BOUND_MS);

const known = readOutcomes(FIGURES);
const progress = showProgress(
  wanted.map((name) => {
    const seconds = known[SCENARIOS[name]?.name ?? '']?.seconds;
    return { name, ...(scale === 'full' && seconds !== undefined && { seconds: Math.round(seconds) }) };
  }),
);
const outcomes: Record<string, Outcome> = {};
for (const name of wanted) {
  const outcome = await play(SCENARIOS[name] as Scenario);
  outcomes[outcome.name] = outcome;
}
progress.end();
clearTimeout(outOfTime);

if (values.report !== undefined) writeOutcomes(values.report, outcomes);
if (values.write) {
  // What this run left out keeps its figures.
  const all = { ...known, ...outcomes };
  writeOutcomes(FIGURES, all);
  writePage(DOCUMENT, pageOf(all));
}
process.exit(Object.values(outcomes).some(({ failure }) => failure !== undefined) ? 1 : 0);

function shareOne(): Stacks {
  let shared: Promise<Stack> | undefined;
  const open = () => {
    shared ??= startStack({ env: { ...MINTED_TOKENS, LOCAL_AUTH: 'on' } });
    return shared;
  };
  return { open, close: async () => undefined };
}

async function play({ name, promise, run }: Scenario): Promise<Outcome> {
  const loadBefore = loadavg()[0] ?? 0;
  const begun = performance.now();
  progress.next();
  progress.print(`\n${name}: ${promise}`);
  const { findings, failure } = await run(scale, stacks).then(
    (found) => ({ findings: found, failure: undefined }),
    (error: Error) => ({ findings: [] as readonly Finding[], failure: error.message }),
  );
  const seconds = (performance.now() - begun) / 1000;
  progress.print(
    failure === undefined ? toText([COLUMNS, ...findings.map(toRow)]) : `BROKEN (seed ${SEED})\n${failure}`,
  );
  return { name, findings, failure, seconds, conditions: conditions(loadBefore) };
}
