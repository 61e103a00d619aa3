import { markdownTable } from './markdown.ts';
import { ROWS } from './rows.ts';

/** The table as the README shows it. A test holds the README against it. */
export function readmeTable(): string {
  const rows = ROWS.map(({ id, title, facts = [], state, reason }) => {
    return [id, title, facts.join(', '), `*${state}*${reason ? `: ${reason}` : ''}`];
  });
  const head = [
    '#',
    'what AWS does, and serverless-offline alone does not',
    '[facts](API-GATEWAY.md)',
    'here',
  ];
  return markdownTable([head, ...rows]);
}
