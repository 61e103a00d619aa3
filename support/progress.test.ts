import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { showProgress } from './progress.ts';

const STEPS = [
  { name: 'J1', seconds: 20 },
  { name: 'C1', seconds: 40 },
];
const CLEAR_LINE = '\r\u001b[2K';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function output(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { stream: { isTTY, write, ...(columns && { columns }) } as never, written };
}

describe('the progress of a long command', () => {
  it('is a line that is drawn again on a terminal, and gone at the end', () => {
    const { stream, written } = output(true);
    const progress = showProgress(STEPS, stream, {});
    progress.next();
    jest.advanceTimersByTime(3000);
    progress.print('a table');
    progress.end();
    jest.advanceTimersByTime(3000);
    expect(written).toEqual([
      `${CLEAR_LINE}[1/2] J1: 0 s of about 20 s; then 1 more, about 40 s`,
      `${CLEAR_LINE}[1/2] J1: 1 s of about 20 s; then 1 more, about 40 s`,
      `${CLEAR_LINE}[1/2] J1: 2 s of about 20 s; then 1 more, about 40 s`,
      `${CLEAR_LINE}[1/2] J1: 3 s of about 20 s; then 1 more, about 40 s`,
      `${CLEAR_LINE}a table\n`,
      `${CLEAR_LINE}[1/2] J1: 3 s of about 20 s; then 1 more, about 40 s`,
      CLEAR_LINE,
    ]);
  });

  it('fits a narrow terminal', () => {
    const { stream, written } = output(true, 12);
    const progress = showProgress(STEPS, stream, {});
    progress.next();
    progress.end();
    expect(written[0]).toBe(`${CLEAR_LINE}[1/2] J1: 0`);
  });

  it.each([
    ['in a file', false, {}],
    ['in CI', true, { CI: 'true' }],
  ])('is plain lines %s', (_where, isTTY, env) => {
    const { stream, written } = output(isTTY);
    const progress = showProgress([...STEPS, { name: 'L1' }], stream, env);
    progress.next();
    jest.advanceTimersByTime(3000);
    progress.print('a table');
    progress.next();
    progress.next();
    progress.end();
    expect(written).toEqual([
      '[1/3] J1: about 20 s; then 2 more\n',
      'a table\n',
      '[2/3] C1: about 40 s; then 1 more\n',
      '[3/3] L1; the last\n',
    ]);
  });
});
