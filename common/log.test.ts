import { describe, expect, it, jest } from '@jest/globals';
import { makeLog } from './log.ts';

function record(threshold?: 'debug' | 'info' | 'warn' | 'error') {
  const lines: string[] = [];
  const log = makeLog({ ...(threshold && { threshold }), write: (line) => void lines.push(line) });
  return { log, lines };
}

describe('makeLog', () => {
  it('writes one JSON line of named fields', () => {
    const { log, lines } = record();
    log.warn('key skipped', { index: 1, reason: 'line\nbreak "quoted"', missing: undefined, flag: false });
    expect(lines).toEqual([
      '{"level":"warn","message":"key skipped","index":1,"reason":"line\\nbreak \\"quoted\\"","flag":false}',
    ]);
  });

  it.each([
    [undefined, ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('with the threshold %s writes %j', (threshold, written) => {
    const { log, lines } = record(threshold);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level);
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      written.map((level) => ({ level, message: level })),
    );
  });

  it('writes to standard output unless told otherwise', () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => {});
    makeLog().info('hello');
    expect(print.mock.calls).toEqual([['{"level":"info","message":"hello"}']]);
    print.mockRestore();
  });
});
