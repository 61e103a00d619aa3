import { markdownTable } from '../../offline-gateway/conformance/markdown.ts';
import { lines, ticksTo } from '../../support/chart/charts.ts';
import type { Page } from '../../support/measure/report.ts';
import { LATENCY, MEMORY } from './load.ts';
import type { Outcome } from './outcomes.ts';
import type { Finding } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** Every outcome of the page, as it came last. */
export const FIGURES = 'docs/figures/reliability.json';
export const DOCUMENT = 'docs/reliability.md';

export const COLUMNS = ['', 'figure', 'limit'] as const;

export function toRow({ what, figure, limit = '' }: Finding): string[] {
  return [what, figure, limit];
}

/** What {@link DOCUMENT} shows of the figures. */
export function pageOf(all: Readonly<Record<string, Outcome>>): Page {
  return { figures: toText(all), pictures: picturesOf(all) };
}

function toText(all: Readonly<Record<string, Outcome>>): string {
  const known = Object.values(SCENARIOS).flatMap(({ name, promise }) => {
    const outcome = all[name];
    return outcome === undefined ? [] : [{ ...outcome, promise }];
  });
  const sections = known.map(({ name, promise, findings, failure, seconds }) => {
    const verdict = failure === undefined ? `Held, in ${seconds.toFixed(0)} s.` : `**Broken**: ${failure}`;
    return `### ${name}\n\n${promise} ${verdict}\n\n${markdownTable([COLUMNS, ...findings.map(toRow)])}`;
  });
  const taken = known.map(({ name, conditions: { date, node, machine, load: average } }) => [
    name,
    date,
    node,
    machine,
    average,
  ]);
  const when = markdownTable([['', 'date', 'Node', 'machine', 'load before → after'], ...taken]);
  return [...sections, `### When and where\n\n${when}`].join('\n\n');
}

/** One without figures is left out. */
function picturesOf(all: Readonly<Record<string, Outcome>>): Record<string, string> {
  const findings = Object.values(all).flatMap((outcome) => outcome.findings);
  const pointsOf = (what: string) => findings.find((finding) => finding.what === what)?.points ?? [];
  const [latency, memory] = [pointsOf(LATENCY), pointsOf(MEMORY)];
  return {
    ...(latency.length > 0 && { 'docs/pictures/reliability-latency.svg': drawLatency(latency) }),
    ...(memory.length > 0 && { 'docs/pictures/reliability-memory.svg': drawMemory(memory) }),
  };
}

type Points = NonNullable<Finding['points']>;

/** Milliseconds over the share of requests. The slowest percent would squeeze the rest, so the axis ends before it. */
function drawLatency(points: Points): string {
  const at = (share: number) => points.find(([, below]) => below >= share)?.[0] ?? 0;
  const shown = points.filter(([, share]) => share <= 99);
  const marks = [50, 95, 99].map((share) => ({ x: at(share), name: `${share} %: ${at(share)} ms` }));
  return lines(
    {
      title: 'Latency at saturation',
      note: `Share of requests that were answered within so many milliseconds. The slowest one took ${at(100)} ms.`,
    },
    {
      x: { name: 'ms', ticks: ticksTo(at(99)) },
      y: { name: '% of requests', ticks: [0, 20, 40, 60, 80, 100] },
    },
    [{ name: 'requests', points: shown }],
    marks,
  );
}

function drawMemory(points: Points): string {
  const seconds = points.at(-1)?.[0] ?? 1;
  return lines(
    {
      title: 'Memory at saturation',
      note: 'Resident memory of the whole local stack. A flat line is what is wanted.',
    },
    {
      x: { name: 'seconds under load', ticks: ticksTo(seconds) },
      y: { name: 'MB', ticks: ticksTo(Math.max(...points.map(([, megabytes]) => megabytes))) },
    },
    [{ name: 'memory', points }],
  );
}
