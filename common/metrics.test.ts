import { describe, expect, it, jest } from '@jest/globals';
import { METRICS_NAMESPACE, makeCount } from './metrics.ts';

function count(metric: string, dimensions?: Record<string, string>) {
  const lines: string[] = [];
  makeCount({ service: 'authorizer', now: () => 1_800_000_000_000, write: (line) => void lines.push(line) })(
    metric,
    dimensions,
  );
  return lines;
}

describe('makeCount', () => {
  it("writes CloudWatch's embedded metric format on one line", () => {
    const [line = '', ...more] = count('AuthDenied', { code: 'bad_signature' });
    expect(more).toEqual([]);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toStrictEqual({
      _aws: {
        Timestamp: 1_800_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: METRICS_NAMESPACE,
            Dimensions: [['service'], ['service', 'code']],
            Metrics: [{ Name: 'AuthDenied', Unit: 'Count' }],
          },
        ],
      },
      service: 'authorizer',
      code: 'bad_signature',
      AuthDenied: 1,
    });
  });

  it('names every dimension and metric by a member of the line, as the format demands', () => {
    const line = JSON.parse(String(count('AuthAllowed'))) as Record<string, unknown>;
    expect(line).toMatchObject({ service: 'authorizer', AuthAllowed: 1 });
    expect(line['_aws']).toMatchObject({
      CloudWatchMetrics: [{ Dimensions: [['service']], Metrics: [{ Name: 'AuthAllowed' }] }],
    });
  });

  it('keeps metrics apart that differ in a dimension, its name or their own', () => {
    const lines: string[] = [];
    const count = makeCount({
      service: 'authorizer',
      now: () => lines.length,
      write: (line) => void lines.push(line),
    });
    for (const [metric, dimensions] of [
      ['A', { code: 'x' }],
      ['A', { code: 'y' }],
      ['A', { kind: 'x' }],
      ['B', { code: 'x' }],
      ['A', { code: 'x' }],
      ['A', undefined],
    ] as const) {
      count(metric, dimensions);
    }
    const read = lines.map((line) => JSON.parse(line) as { _aws: { Timestamp: number } });
    expect(read.map(({ _aws, ...values }) => values)).toEqual([
      { service: 'authorizer', code: 'x', A: 1 },
      { service: 'authorizer', code: 'y', A: 1 },
      { service: 'authorizer', kind: 'x', A: 1 },
      { service: 'authorizer', code: 'x', B: 1 },
      { service: 'authorizer', code: 'x', A: 1 },
      { service: 'authorizer', A: 1 },
    ]);
    expect(read.map(({ _aws }) => _aws.Timestamp)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('has a namespace that CloudWatch takes', () => {
    expect(METRICS_NAMESPACE).toBe('BetterAuthTodo');
  });

  it('goes by the clock of the machine and to standard output unless told otherwise', () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => {});
    const before = Date.now();
    makeCount({ service: 'authorizer' })('AuthAllowed');
    const line = JSON.parse(String(print.mock.calls[0]?.[0])) as { _aws: { Timestamp: number } };
    print.mockRestore();
    expect(line._aws.Timestamp).toBeGreaterThanOrEqual(before);
    expect(line._aws.Timestamp).toBeLessThanOrEqual(Date.now());
  });
});
