import { GROUPS, RECORDED_FACTS } from './facts.ts';

/** Ids of the facts that a service answers as recorded. */
export type LikeAws = ReadonlySet<string>;

const OPEN = '<!-- recorded facts: npm run gateway:compare -- --write -->';
const CLOSE = '<!-- end of recorded facts -->';

/** Puts a table between the markers of a page. */
export function between(page: string, table: string): string {
  const [before = '', rest = ''] = page.split(OPEN);
  return `${before}${OPEN}\n\n${table}\n\n${CLOSE}${rest.split(CLOSE)[1] ?? ''}`;
}

/** What stands between the markers of a page. */
export function written(page: string): string {
  return (page.split(OPEN)[1] ?? '').split(CLOSE)[0]?.trim() ?? '';
}

/** The counts for README.md. */
export function countsTable(alone: LikeAws, together: LikeAws): string {
  const rows = [...Object.entries(GROUPS), ['**together**', RECORDED_FACTS] as const].map(
    ([about, facts]) => {
      const count = (like: LikeAws) => facts.filter(({ id }) => like.has(id)).length;
      return `| ${about} | ${facts.length} | ${count(alone)} | ${count(together)} |`;
    },
  );
  return [
    '| recorded facts about | facts | serverless-offline alone | with the plugin |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The facts for API-GATEWAY.md. */
export function factsTable(): string {
  const rows = RECORDED_FACTS.map(
    ({ id, fact, recording }) => `| ${id} | ${fact} | LS ${recording} | recorded |`,
  );
  return ['| id | fact | source | standing |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
