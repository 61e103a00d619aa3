import { AssertionError } from 'node:assert';
import { compareRecorded } from './recorded/compare.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { openTable, type Table } from './table.ts';

/**
 * Prints what `serverless offline` does alone and with the plugin: the fifty differences, then the recorded facts.
 * `--recorded` leaves out the differences, `--why` says what differed, `--write` renews the tables of the two pages.
 * Ends with 1 on a surprise.
 */
const surprises = process.argv.includes('--recorded') ? 0 : await compareDifferences();
const unlike = await compareRecorded({ isWriting: process.argv.includes('--write') });
process.exitCode = surprises + unlike === 0 ? 0 : 1;

async function compareDifferences(): Promise<number> {
  const [alone, together] = [openTable({ withPlugin: false }), openTable({ withPlugin: true })];
  let surprising = 0;
  const counts = { alone: 0, together: 0 };
  try {
    console.log(`${'row'.padEnd(5)}${'alone'.padEnd(9)}${'plugin'.padEnd(9)}what AWS does`);
    for (const row of ROWS) {
      const [before, after] = [await isLikeAws(alone, row), await isLikeAws(together, row)];
      counts.alone += Number(before);
      counts.together += Number(after);
      if (after !== (row.state !== 'out of scope') || before) surprising += 1;
      console.log(`${row.id.padEnd(5)}${mark(before)}${mark(after)}${row.title}`);
      if (row.reason) console.log(`${' '.repeat(23)}${row.state}: ${row.reason}`);
    }
  } finally {
    await Promise.all([alone.stop(), together.stop()]);
  }
  console.log(
    `\nlike AWS: ${counts.alone} of ${ROWS.length} alone, ${counts.together} of ${ROWS.length} with the plugin`,
  );
  return surprising;
}

async function isLikeAws(table: Table, row: Row): Promise<boolean> {
  try {
    await table.check(row);
    return true;
  } catch (error) {
    // Only a difference is an answer; a server that is not there is not.
    if (!(error instanceof AssertionError)) throw error;
    if (process.argv.includes('--why'))
      console.log(`${' '.repeat(23)}${error.message.replaceAll('\n', ' ')}`);
    return false;
  }
}

function mark(isLike: boolean): string {
  return (isLike ? 'like AWS' : '–').padEnd(9);
}
