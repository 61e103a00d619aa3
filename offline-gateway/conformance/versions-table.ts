import { markdownTable } from './markdown.ts';
import { RECORDED_FACTS } from './recorded/facts.ts';
import { ROWS } from './rows.ts';

/** Versions that are tested together. */
export interface Combination {
  readonly osls: string;
  readonly offline: string;
  readonly node: string;
}

/** Ids of what one combination answers otherwise than AWS does. */
interface Outcome {
  readonly combination: Combination;
  readonly unlike: readonly string[];
}

/** The oldest of each with the oldest Node; old with new; the newest of each with both Nodes. */
export function combinationsOf(
  published: Readonly<Record<keyof Combination, readonly string[]>>,
): readonly Combination[] {
  const oldest = {
    osls: first(published.osls),
    offline: first(published.offline),
    node: first(published.node),
  };
  const newest = { osls: last(published.osls), offline: last(published.offline), node: last(published.node) };
  return [
    oldest,
    { ...newest, osls: oldest.osls },
    { ...newest, offline: oldest.offline },
    { ...newest, node: oldest.node },
    newest,
  ];
}

const first = (versions: readonly string[]) => versions[0] ?? '';
const last = (versions: readonly string[]) => versions.at(-1) ?? '';

/**
 * The table of versions for README.md, with its date.
 *
 * @param date such as `2026-11-26`.
 */
export function versionsTable(outcomes: readonly Outcome[], date: string): string {
  const [rows, facts] = [ROWS.filter(({ state }) => state !== 'out of scope').length, RECORDED_FACTS.length];
  const lines = outcomes.map(({ combination: { osls, offline, node }, unlike }) => {
    const unlikeFacts = unlike.filter((id) => id.startsWith('GW-')).length;
    const alike = [rows - (unlike.length - unlikeFacts), facts - unlikeFacts];
    return [osls, offline, node, `${alike[0]} of ${rows}`, `${alike[1]} of ${facts}`];
  });
  const table = markdownTable([
    ['osls', 'serverless-offline', 'Node', 'rows of the fifty differences', 'recorded facts'],
    ...lines,
  ]);
  return `${table}\n\nMeasured on ${date}.`;
}
