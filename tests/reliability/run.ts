import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { conditions } from '../../support/measure/conditions.ts';
import { toMarkdown, toText, writeBetweenMarkers } from '../../support/measure/report.ts';
import { type Stack, startApi } from '../../support/service-process.ts';
import { crash } from './crash.ts';
import { deletion } from './deletion.ts';
import { hostileHttp } from './hostile-http.ts';
import { hostilePorts } from './hostile-ports.ts';
import { isolation } from './isolation.ts';
import { issuerFaults } from './issuer-faults.ts';
import { load } from './load.ts';
import { type Outcome, readOutcomes, writeOutcomes } from './outcomes.ts';
import { type Finding, type Scale, type Scenario, SEED, type Stacks } from './scenario.ts';
import { storageFaults } from './storage-faults.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  isolation,
  storage: storageFaults,
  deletion,
  issuer: issuerFaults,
  hostile: hostileHttp,
  ports: hostilePorts,
  load,
  // Last, because it kills the stack.
  crash,
};
const REPORT = 'reports/reliability.json';
const DOCUMENT = 'docs/reliability.md';
const BOUND_MS = 10 * 60_000;
const COLUMNS = ['', 'figure', 'limit'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    /** Where the outcomes are kept as JSON. Those of a short run are kept only where this says. */
    report: { type: 'string' },
  },
});

const wanted = values.only?.split(',') ?? Object.keys(SCENARIOS);
const unknown = wanted.find((name) => !(name in SCENARIOS));
if (unknown !== undefined) throw new Error(`--only takes ${Object.keys(SCENARIOS).join(', ')}`);
const scale: Scale = values.short ? 'short' : 'full';

const report = values.report ?? (scale === 'full' ? REPORT : undefined);
/** Each scenario has a stack of its own, whose memory is watched. Those of a short run share one. */
const stacks: Stacks = scale === 'full' ? { open: startApi, close: (stack) => stack.kill() } : shareOne();

const outOfTime = setTimeout(() => {
  console.error(`not done after ${BOUND_MS / 60_000} minutes`);
  process.exit(1);
}, BOUND_MS);

const outcomes: Outcome[] = [];
for (const name of wanted) outcomes.push(await play(SCENARIOS[name] as Scenario));
clearTimeout(outOfTime);

if (report !== undefined) {
  const all = { ...readOutcomes(report), ...Object.fromEntries(outcomes.map((one) => [one.name, one])) };
  writeOutcomes(report, all);
  if (values.write && scale === 'full') writeBetweenMarkers(DOCUMENT, toDocument(all));
}
process.exit(outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0);

function shareOne(): Stacks {
  let shared: Promise<Stack> | undefined;
  const open = () => {
    shared ??= startApi({ LOCAL_AUTH: 'on' });
    return shared;
  };
  return { open, close: async () => undefined };
}

async function play(scenario: Scenario): Promise<Outcome> {
  const { name, promise } = scenario;
  const loadBefore = loadavg()[0] ?? 0;
  const begun = performance.now();
  console.log(`\n${name}: ${promise}`);
  const { findings, failure } = await scenario.run(scale, stacks).then(
    (found) => ({ findings: found, failure: undefined }),
    (error: Error) => ({ findings: [] as readonly Finding[], failure: error.message }),
  );
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    failure === undefined ? toText([COLUMNS, ...findings.map(toRow)]) : `BROKEN (seed ${SEED})\n${failure}`,
  );
  return { name, promise, findings, failure, seconds, conditions: conditions(loadBefore) };
}

function toRow({ what, figure, limit = '' }: Finding): string[] {
  return [what, figure, limit];
}

function toDocument(all: Readonly<Record<string, Outcome>>): string {
  const known = Object.values(SCENARIOS).flatMap(({ name }) => all[name] ?? []);
  const sections = known.map(({ name, promise, findings, failure, seconds }) => {
    const verdict = failure === undefined ? `Held, in ${seconds.toFixed(0)} s.` : `**Broken**: ${failure}`;
    return `### ${name}\n\n${promise} ${verdict}\n\n${toMarkdown([COLUMNS, ...findings.map(toRow)])}`;
  });
  const taken = known.map(({ name, conditions: { date, node, machine, load: average } }) => [
    name,
    date,
    node,
    machine,
    average,
  ]);
  const when = toMarkdown([['', 'date', 'Node', 'machine', 'load before → after'], ...taken]);
  return [...sections, `### When and where\n\n${when}`].join('\n\n');
}
