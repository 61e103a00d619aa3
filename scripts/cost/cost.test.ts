import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DOCS_PAGE } from '../../functions/http/generated/docs-page.ts';
import { FLOODS, floodCost } from './flood.ts';
import { ASSUMPTIONS, costPerMillion, gatewayPerMonth, type Operation, total } from './model.ts';
import { simulate } from './simulate.ts';
import { operationTable, scaleTable, writeTables } from './tables.ts';

const READ: Operation = { reads: 1, writes: 0, calls: 1, cpuMs: 1, bytes: 500 };

describe('the cost model', () => {
  it('adds up a million reads by hand', () => {
    const cost = costPerMillion(READ, {
      ...ASSUMPTIONS,
      cached: 1,
      coldStarts: 0,
      tableMs: 5,
      traced: 0,
      logBytes: 1000,
    });
    expect(cost.gateway).toBe(3.5);
    expect(cost.authorizer).toBe(0);
    // 6 ms of 1 GB and one invocation.
    expect(cost.lambda).toBeCloseTo(0.2 + 6000 * 0.000_013_333_4, 6);
    expect(cost.table).toBe(0.125);
    expect(cost.observability).toBeCloseTo(0.5, 6);
    expect(cost.transfer).toBeCloseTo((500 + ASSUMPTIONS.overheadBytes) * 1e6 * 0.09e-9, 6);
  });

  it('costs more when the authorizer is asked more often', () => {
    const [always, seldom] = [0, 0.9].map((cached) =>
      total(costPerMillion(READ, { ...ASSUMPTIONS, cached })),
    );
    expect(always).toBeGreaterThan(Number(seldom));
  });

  it("follows API Gateway's tiers", () => {
    expect(gatewayPerMonth(333e6)).toBeCloseTo(333 * 3.5, 6);
    expect(gatewayPerMonth(1_000e6)).toBeCloseTo(333 * 3.5 + 667 * 2.8, 6);
    expect(gatewayPerMonth(21_000e6)).toBeCloseTo(333 * 3.5 + 667 * 2.8 + 19_000 * 2.38 + 1_000 * 1.51, 6);
  });
});

describe('the simulation of the authorizer cache', () => {
  it.each([0.001, 0.01, 0.1, 1])('agrees with theory for users who call %d times a second', (rate) => {
    const ttlS = 300;
    const traffic = {
      users: 50,
      perSecond: 50 * rate,
      skew: 0,
      seconds: Math.max(15_000, 400 / rate),
      ttlS,
      tokenS: 1e12,
    };
    const { requests, authorizerCalls } = simulate(traffic);
    // One call fills the cache; on average rate × ttl requests follow before it ends.
    expect(authorizerCalls / requests / (1 / (1 + rate * ttlS))).toBeCloseTo(1, 1);
  });

  it('asks every time without a cache, and once per token with a long one', () => {
    const traffic = { users: 10, perSecond: 10, skew: 0, seconds: 3600, tokenS: 900 };
    const none = simulate({ ...traffic, ttlS: 0 });
    expect(none.authorizerCalls).toBe(none.requests);
    expect(simulate({ ...traffic, ttlS: 3600 }).authorizerCalls).toBe(10 * 5);
  });
});

describe('docs/scaling.md', () => {
  it('has the tables that the measured figures give', () => {
    const operations = JSON.parse(readFileSync(new URL('measured.json', import.meta.url), 'utf8'));
    const text = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8');
    const tables = { operations: operationTable(operations), scale: scaleTable(operations) };
    expect(writeTables(text, tables)).toBe(text);
  });
});

describe('the cost of a flood', () => {
  it('adds up an hour of the page by hand', () => {
    const flood = { perSecond: 500, callsPerSecond: 500, memoryGb: 0.25, callMs: 10, bytes: 650_000 };
    const cost = floodCost({ ...flood, callLogBytes: 600, isCharged: true });
    expect(cost.gateway).toBeCloseTo(1.8 * 3.5, 6);
    expect(cost.lambda).toBeCloseTo(1.8 * (0.2 + 10_000 * 0.25 * 0.000_013_333_4), 6);
    expect(cost.observability).toBeCloseTo(1.8 * 1_100 * 0.5e-3 + 1.8 * 0.05 * 5, 6);
    expect(cost.transfer).toBeCloseTo(1.8 * 650_900 * 0.09e-3, 6);
  });

  it('is less with each measure', () => {
    const sums = FLOODS.map(([, flood]) =>
      Object.values(floodCost(flood)).reduce((all, part) => all + part, 0),
    );
    const [open, limited, compressed] = sums as [number, number, number];
    expect(limited).toBeLessThan(open / 100);
    expect(compressed).toBeLessThan(limited);
  });

  it('counts with the sizes and limits that are deployed', () => {
    const page = gzipSync(DOCS_PAGE);
    const { bytes, perSecond } = FLOODS[2]?.[1] ?? {};
    expect(Math.abs(Number(bytes) - page.length) / page.length).toBeLessThan(0.05);
    const { params } = parse(readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8'), {
      logLevel: 'error',
    });
    expect(perSecond).toBe(params.default.docsThrottleRate);
    expect(FLOODS[0]?.[1].perSecond).toBe(params.prod.throttleRate);
  });
});
