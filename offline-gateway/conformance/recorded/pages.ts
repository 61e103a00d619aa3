import { markdownTable } from '../markdown.ts';
import { GROUPS, RECORDED_FACTS } from './facts.ts';

/** Ids of the facts that a service answers as recorded. */
export type LikeAws = ReadonlySet<string>;

/** The counts for README.md. */
export function countsTable(alone: LikeAws, together: LikeAws): string {
  const rows = [...Object.entries(GROUPS), ['**together**', RECORDED_FACTS] as const].map(
    ([about, facts]) => {
      const count = (like: LikeAws) => facts.filter(({ id }) => like.has(id)).length;
      return [about, facts.length, count(alone), count(together)];
    },
  );
  return markdownTable([
    ['recorded facts about', 'facts', 'serverless-offline alone', 'with the plugin'],
    ...rows,
  ]);
}

/** The facts for API-GATEWAY.md. */
export function factsTable(): string {
  const rows = RECORDED_FACTS.map(({ id, fact, recording }) => [id, fact, `LS ${recording}`, 'recorded']);
  return markdownTable([['id', 'fact', 'source', 'standing'], ...rows]);
}
