import { PRICES } from './prices.ts';

/** What one request asks of AWS; measured by `npm run cost -- --measure`. */
export interface Operation {
  /** Capacity units of the table and its index. */
  readonly reads: number;
  readonly writes: number;
  /** Calls of DynamoDB, one after the other. */
  readonly calls: number;
  /** CPU time of the function, in milliseconds. */
  readonly cpuMs: number;
  /** Body of the reply. */
  readonly bytes: number;
}

/** What is assumed, because it cannot be measured without AWS or depends on the users. */
export interface Assumptions {
  /** Share of requests that API Gateway answers from the authorizer's cache; see simulate.ts. */
  readonly cached: number;
  /** Share of calls that start a new instance of a function, and how long that takes. */
  readonly coldStarts: number;
  readonly coldStartMs: number;
  /** One call of DynamoDB from a Lambda in the same region. */
  readonly tableMs: number;
  /** Log lines of one request: the function's and API Gateway's, and the authorizer's when it is called. */
  readonly logBytes: number;
  readonly authorizerLogBytes: number;
  /** CPU of one authorizer call. */
  readonly authorizerMs: number;
  /** Share of requests that X-Ray records; its own default is one a second and 5 % of the rest. */
  readonly traced: number;
  /** Response headers and TLS. */
  readonly overheadBytes: number;
}

export const ASSUMPTIONS: Assumptions = {
  cached: 0.8,
  coldStarts: 0.005,
  coldStartMs: 150,
  tableMs: 5,
  logBytes: 1100,
  authorizerLogBytes: 600,
  authorizerMs: 0.2,
  traced: 0.05,
  overheadBytes: 900,
};

const TASK_MEMORY_GB = 1;
const AUTHORIZER_MEMORY_GB = 0.5;
const MILLION = 1e6;
const GB = 1e9;

/** Dollars for a million requests, part by part. */
export interface Cost {
  readonly gateway: number;
  readonly authorizer: number;
  readonly lambda: number;
  readonly table: number;
  readonly observability: number;
  readonly transfer: number;
}

/** @param operation of a protected route, in the first price tier of API Gateway. */
export function costPerMillion(operation: Operation, given: Assumptions = ASSUMPTIONS): Cost {
  const asked = 1 - given.cached;
  const functionMs = operation.cpuMs + operation.calls * given.tableMs;
  const logBytes = given.logBytes + asked * given.authorizerLogBytes;
  return {
    gateway: PRICES.gatewayTiers[0].price,
    authorizer: asked * lambdaCost(given.authorizerMs, AUTHORIZER_MEMORY_GB, given),
    lambda: lambdaCost(functionMs, TASK_MEMORY_GB, given),
    table: operation.reads * PRICES.tableReads + operation.writes * PRICES.tableWrites,
    observability: (MILLION * logBytes * PRICES.logs) / GB + given.traced * PRICES.traces,
    transfer: (MILLION * (operation.bytes + given.overheadBytes) * PRICES.transfer) / GB,
  };
}

/** A million invocations. Lambda bills whole milliseconds. */
export function lambdaCost(ms: number, memoryGb: number, { coldStarts, coldStartMs }: Assumptions): number {
  const billedMs = Math.ceil(ms) + coldStarts * coldStartMs;
  return PRICES.lambdaRequests + MILLION * (billedMs / 1000) * memoryGb * PRICES.lambdaGbSecond;
}

export function total(cost: Cost): number {
  return Object.values(cost).reduce((sum, part) => sum + part, 0);
}

/** API Gateway's price for so many requests in a month, tier by tier. */
export function gatewayPerMonth(requests: number): number {
  let left = requests / MILLION;
  let dollars = 0;
  for (const { millions, price } of PRICES.gatewayTiers) {
    const here = Math.min(left, millions);
    dollars += here * price;
    left -= here;
  }
  return dollars;
}

/** What a stage costs when there are no calls: metrics counted out of the logs, and alarms by the metrics they watch. */
export function idlePerMonth({ metrics, alarmMetrics }: { metrics: number; alarmMetrics: number }): number {
  return metrics * PRICES.metric + alarmMetrics * PRICES.alarm;
}
