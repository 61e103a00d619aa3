import { markdownTable } from '../offline-gateway/conformance/markdown.ts';
import { bars, lines, stackedBars, ticksTo } from '../support/chart/charts.ts';
import {
  detailRows,
  type Entry,
  type Page,
  RESULT_COLUMNS,
  type Report,
  toRow,
} from '../support/measure/report.ts';
import { type Detail, type Result, verdict } from '../support/measure/result.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { PARTS_TITLE } from './cold-start-parts.ts';
import { GROWTH_TITLE } from './list-scaling.ts';

/** Every figure of the page, as it was measured last. */
export const FIGURES = 'docs/figures/performance.json';
export const DOCUMENT = 'docs/performance.md';

/** What {@link DOCUMENT} shows of the figures. */
export function pageOf(report: Report): Page {
  return { figures: toText(report), pictures: picturesOf(report) };
}

function toText(report: Report): string {
  const ordered = inOrder(report);
  const taken = ordered.map(({ ids, conditions: { date, node, machine, load } }) => [
    ids.join(', '),
    date,
    node,
    machine,
    load,
  ]);
  return [
    markdownTable([RESULT_COLUMNS, ...ordered.flatMap(({ results }) => results.map(toRow))]),
    ...ordered
      .flatMap(({ details = [] }) => details)
      .map((detail) => `### ${detail.title}\n\n${markdownTable(detailRows(detail))}`),
    `### When and where\n\n${markdownTable([['#', 'date', 'Node', 'machine', 'load before → after'], ...taken])}`,
  ].join('\n\n');
}

/** One without figures is left out. */
function picturesOf(report: Report): Record<string, string> {
  const ordered = inOrder(report);
  const results = ordered.flatMap((entry) => entry.results);
  const details = new Map(ordered.flatMap((entry) => (entry.details ?? []).map((one) => [one.title, one])));
  const drawn: Record<string, string | undefined> = {
    'performance-goals': drawGoals(results),
    'performance-peers': drawPeers(results),
    'performance-cold-start': draw(details.get(PARTS_TITLE), drawParts),
    'performance-growth': draw(details.get(GROWTH_TITLE), drawGrowth),
  };
  return Object.fromEntries(
    Object.entries(drawn).flatMap(([name, picture]) =>
      picture === undefined ? [] : [[`docs/pictures/${name}.svg`, picture]],
    ),
  );
}

const inOrder = (report: Report): Entry[] =>
  BENCHMARKS.flatMap(({ ids }) => Object.values(report).filter((entry) => entry.ids.join() === ids.join()));

const draw = (detail: Detail | undefined, picture: (detail: Detail) => string) => detail && picture(detail);

function drawGoals(results: readonly Result[]): string {
  const rows = results.flatMap((result) => {
    const { figure, goal } = result;
    if (figure === undefined) return [];
    const [, what, , measured] = toRow(result);
    const share = goal.compare === '≤' ? figure / goal.limit : goal.limit / figure;
    return {
      label: `${result.id}  ${what}`,
      value: Math.max(share, 0),
      text: `${measured} (${goal.compare} ${goal.limit})`,
      isBad: verdict(result) === 'missed',
    };
  });
  const note =
    'Each figure as a share of its goal. Shorter is better; what crosses the dashed line misses its goal.';
  return bars({ title: 'Figures against their goals', note }, rows, { mark: { value: 1, name: 'goal' } });
}

function drawPeers(results: readonly Result[]): string {
  const rows = results
    .filter(({ figure, goal }) => figure !== undefined && goal.compare === '≥')
    .map(({ id, what, figure = 0 }) => ({
      label: `${id}  ${what}`,
      value: figure,
      text: `${figure.toPrecision(3)} ×`,
    }));
  const note = 'How many times the speed of the other, measured in the same run. Longer is better.';
  return bars({ title: 'Against what others cost', note }, rows, { mark: { value: 1, name: 'as fast' } });
}

function drawParts({ columns, rows }: Detail): string {
  return stackedBars(
    {
      title: 'A cold start by part',
      note: 'Processor time to the first reply, as a multiple of an empty handler in the same round.',
    },
    columns.slice(1),
    rows.map(([name, ...values]) => ({ label: String(name), values: values.map(Number) })),
    '×',
  );
}

function drawGrowth({ columns, rows }: Detail): string {
  const values = rows.map((row) => row.map(Number));
  const most = Math.max(...values.flatMap((row) => row.slice(1)));
  return lines(
    {
      title: 'A list of 20, by the number of tasks',
      note: 'Milliseconds for one request to the handler. A flat line is what is wanted.',
    },
    {
      x: { name: 'tasks of the user', ticks: values.map(([tasks = 1]) => tasks), isLog: true },
      y: { name: 'ms', ticks: ticksTo(most) },
    },
    columns.slice(1).map((name, column) => ({
      name,
      points: values.map((row) => [row[0] ?? 1, row[column + 1] ?? 0] as const),
    })),
  );
}
