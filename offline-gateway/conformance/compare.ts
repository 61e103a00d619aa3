import { AssertionError } from 'node:assert';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { openTable } from './table.ts';

/** Prints the table twice over: what `serverless offline` does alone, and with the plugin. Ends with 1 on a surprise. */
const [alone, together] = [openTable({ withPlugin: false }), openTable({ withPlugin: true })];
try {
  let surprises = 0;
  const counts = { alone: 0, together: 0 };
  console.log(`${'row'.padEnd(5)}${'alone'.padEnd(9)}${'plugin'.padEnd(9)}what AWS does`);
  for (const row of ROWS) {
    const [before, after] = [await isLikeAws(alone, row), await isLikeAws(together, row)];
    counts.alone += Number(before);
    counts.together += Number(after);
    if (after !== (row.state !== 'out of scope') || before) surprises += 1;
    console.log(`${row.id.padEnd(5)}${mark(before)}${mark(after)}${row.title}`);
    if (row.reason) console.log(`${' '.repeat(23)}${row.state}: ${row.reason}`);
  }
  console.log(
    `\nlike AWS: ${counts.alone} of ${ROWS.length} alone, ${counts.together} of ${ROWS.length} with the plugin`,
  );
  process.exitCode = surprises === 0 ? 0 : 1;
} finally {
  await Promise.all([alone.stop(), together.stop()]);
}

async function isLikeAws(table: typeof alone, row: Row): Promise<boolean> {
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
