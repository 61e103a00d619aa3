import { AssertionError } from 'node:assert';
import { compareRecorded } from './recorded/compare.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { openTable, type Table } from './table.ts';
import type { Watcher } from './watcher.ts';

/** What a comparison does, in its order. */
export const STEPS = ['differences', 'recorded facts, alone', 'recorded facts, with the plugin'] as const;
/** The steps without the differences. */
export const RECORDED_STEPS = STEPS.slice(1);

/**
 * Prints what `serverless offline` does alone and with the plugin: the fifty differences, then the recorded facts.
 *
 * @returns how many answers were a surprise.
 */
export async function compare(
  watcher: Watcher,
  { isRecordedOnly, isWriting }: { readonly isRecordedOnly: boolean; readonly isWriting: boolean },
): Promise<number> {
  const surprises = isRecordedOnly ? 0 : await compareDifferences(watcher);
  return surprises + (await compareRecorded(watcher, { isWriting }));
}

async function compareDifferences({ next, print }: Watcher): Promise<number> {
  next();
  const [alone, together] = [openTable({ withPlugin: false }), openTable({ withPlugin: true })];
  let surprising = 0;
  const counts = { alone: 0, together: 0 };
  try {
    print(`${'row'.padEnd(5)}${'alone'.padEnd(9)}${'plugin'.padEnd(9)}what AWS does`);
    for (const row of ROWS) {
      const [before, after] = [await isLikeAws(print, alone, row), await isLikeAws(print, together, row)];
      counts.alone += Number(before);
      counts.together += Number(after);
      if (after !== (row.state !== 'out of scope') || before) surprising += 1;
      print(`${row.id.padEnd(5)}${mark(before)}${mark(after)}${row.title}`);
      if (row.reason) print(`${' '.repeat(23)}${row.state}: ${row.reason}`);
    }
  } finally {
    await Promise.all([alone.stop(), together.stop()]);
  }
  print(
    `\nlike AWS: ${counts.alone} of ${ROWS.length} alone, ${counts.together} of ${ROWS.length} with the plugin`,
  );
  return surprising;
}

async function isLikeAws(print: Watcher['print'], table: Table, row: Row): Promise<boolean> {
  try {
    await table.check(row);
    return true;
  } catch (error) {
    // Only a difference is an answer; a server that is not there is not.
    if (!(error instanceof AssertionError)) throw error;
    if (process.argv.includes('--why')) print(`${' '.repeat(23)}${error.message.replaceAll('\n', ' ')}`);
    return false;
  }
}

function mark(isLike: boolean): string {
  return (isLike ? 'like AWS' : '–').padEnd(9);
}
