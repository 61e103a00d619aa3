import { ROWS } from './rows.ts';

/** The table as the README shows it. A test holds the README against it. */
export function readmeTable(): string {
  const rows = ROWS.map(({ id, title, state, reason }) => {
    return `| ${id} | ${title} | *${state}*${reason ? `: ${reason}` : ''} |`;
  });
  return [
    '| # | what AWS does, and serverless-offline alone does not | here |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}
