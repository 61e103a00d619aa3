import { AssertionError } from 'node:assert';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { openTable, type Run } from './table.ts';

jest.setTimeout(60_000);

/** `$id` and `$title` name the test. */
function useTable(run: Run) {
  const table = openTable(run);
  afterAll(() => table.stop());
  return table;
}

const isOurs = (row: Row) => row.state !== 'out of scope';

describe('serverless offline start with the plugin, in worker threads', () => {
  const table = useTable({ withPlugin: true, command: 'start' });
  it.each(ROWS.filter(isOurs))('$id: $title', async (row) => {
    await expect(table.check(row)).resolves.toBeUndefined();
  });
});

describe('serverless offline with the plugin, in process', () => {
  const table = useTable({ withPlugin: true, args: ['--useInProcess'] });
  const rows = ROWS.filter((row) => isOurs(row) && row.configuration === 'default');
  it.each(rows)('$id: $title', async (row) => {
    await expect(table.check(row)).resolves.toBeUndefined();
  });
});

describe('serverless offline alone fails every row, so the rows bite', () => {
  const table = useTable({ withPlugin: false });
  it.each(ROWS)('$id: $title', async (row) => {
    await expect(table.check(row)).rejects.toBeInstanceOf(AssertionError);
  });
});

it('the table has the fifty rows, and at least 45 of them are fixed', () => {
  expect(new Set(ROWS.map((row) => row.id)).size).toBe(50);
  expect(ROWS.filter((row) => row.state === 'fixed').length).toBeGreaterThanOrEqual(45);
});
