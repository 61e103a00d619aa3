import { markdownTable, withSection } from '../../offline-gateway/conformance/markdown.ts';
import { FLOODS, floodCost } from './flood.ts';
import {
  ASSUMPTIONS,
  type Cost,
  costPerMillion,
  gatewayPerMonth,
  idlePerMonth,
  type Operation,
  total,
} from './model.ts';
import { PRICES } from './prices.ts';
import { simulate, type Traffic } from './simulate.ts';

/** Of a hundred requests; the rest of the operations are rare. */
const MIX: Readonly<Record<string, number>> = {
  list: 0.5,
  get: 0.15,
  create: 0.12,
  'update (text)': 0.08,
  'update (filter)': 0.1,
  delete: 0.05,
};
const DAYS = 30;
/** Lambda lets an instance take ten synchronous calls a second, however short they are. */
const CALLS_PER_INSTANCE = 10;
const TASK_GB = 1e-6;
const TASKS_PER_USER = 50;
/** Metrics counted out of logs: six, and `RefusedRequests` for five codes. And the metrics that alarms watch. */
const IDLE = { metrics: 11, alarmMetrics: 11 };

const dollars = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);

/** Dollars per million requests of each operation. */
export function operationTable(operations: Readonly<Record<string, Operation>>): string {
  const rows = Object.entries(operations).map(([name, operation]) => {
    const cost = costPerMillion(operation);
    const measured = [operation.reads, operation.writes, operation.calls, operation.cpuMs];
    const parts = [
      cost.gateway,
      cost.authorizer,
      cost.lambda,
      cost.table,
      cost.observability,
      cost.transfer,
      total(cost),
    ];
    return [name, ...measured, ...parts.map(dollars)];
  });
  const head = [
    'operation',
    'reads',
    'writes',
    'calls',
    'CPU ms',
    'gateway',
    'authorizer',
    'Lambda',
    'table',
    'logs, traces',
    'transfer',
    '**per million**',
  ];
  return markdownTable([head, ...rows], 'right');
}

/** Dollars per month for a usual mix of operations. */
export function monthTable(
  operations: Readonly<Record<string, Operation>>,
  load: { users: number; requestsPerDay: number },
): string {
  const requests = load.users * load.requestsPerDay * DAYS;
  const millions = requests / 1e6;
  const mixed = mix(operations);
  const storage = load.users * TASKS_PER_USER * TASK_GB * 2 * (PRICES.tableStorage + PRICES.tableRecovery);
  const rows: [string, number][] = [
    ['API Gateway', gatewayPerMonth(requests)],
    ['authorizer', mixed.authorizer * millions],
    ['functions', mixed.lambda * millions],
    ['table, requests', mixed.table * millions],
    [`table, ${TASKS_PER_USER} tasks of 1 KB per user, with index and recovery`, storage],
    ['logs and traces', mixed.observability * millions],
    ['transfer', mixed.transfer * millions],
    ['metrics and alarms, used or not', idlePerMonth(IDLE)],
  ];
  const sum = rows.reduce((all, [, value]) => all + value, 0);
  const title = `${load.users.toLocaleString('en-US')} users, ${load.requestsPerDay} requests a day each: ${Math.round(millions * 10) / 10} million a month`;
  return markdownTable(
    [
      [title, '$ a month'],
      ...rows.map(([name, value]) => [name, dollars(value)]),
      ['**together**', dollars(sum)],
    ],
    'right',
  );
}

/** What some rates of requests come to, by the usual mix. */
export function scaleTable(operations: Readonly<Record<string, Operation>>): string {
  const mixed = mix(operations);
  const instances = (perSecond: number, ms: number) =>
    Math.ceil(perSecond * Math.max(ms / 1000, 1 / CALLS_PER_INSTANCE)).toLocaleString('en-US');
  const functionMs = mean(operations, ({ cpuMs, calls }) => Math.ceil(cpuMs + calls * ASSUMPTIONS.tableMs));
  const rows = [100, 10_000, 1_000_000].map((perSecond) => {
    const requests = perSecond * 86_400 * DAYS;
    const others = (total(mixed) - mixed.gateway) * (requests / 1e6);
    return [
      perSecond.toLocaleString('en-US'),
      instances(perSecond, functionMs),
      instances(perSecond * (1 - ASSUMPTIONS.cached), 1),
      Math.round(perSecond * mean(operations, ({ reads }) => reads)).toLocaleString('en-US'),
      Math.round(perSecond * mean(operations, ({ writes }) => writes)).toLocaleString('en-US'),
      dollars(gatewayPerMonth(requests) + others),
    ];
  });
  return markdownTable(
    [
      [
        'requests a second',
        'function instances',
        'authorizer instances',
        'reads a second',
        'writes a second',
        '$ a month',
      ],
      ...rows,
    ],
    'right',
  );
}

function mean(operations: Readonly<Record<string, Operation>>, of: (operation: Operation) => number): number {
  return Object.entries(MIX).reduce(
    (sum, [name, share]) => sum + share * of(requireOperation(operations, name)),
    0,
  );
}

function requireOperation(operations: Readonly<Record<string, Operation>>, name: string): Operation {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`${name} was not measured: npm run cost -- --measure`);
  return operation;
}

function mix(operations: Readonly<Record<string, Operation>>): Cost {
  const sum = { gateway: 0, authorizer: 0, lambda: 0, table: 0, observability: 0, transfer: 0 };
  for (const [name, share] of Object.entries(MIX)) {
    const cost = costPerMillion(requireOperation(operations, name));
    for (const part of Object.keys(sum) as (keyof Cost)[]) sum[part] += share * cost[part];
  }
  return sum;
}

/** How often the authorizer is called for how busy a user, and what the busiest user does to a partition. */
export function cacheTable(): string {
  const usual = { skew: 1, seconds: 3600, ttlS: 300, tokenS: 900 };
  const crowds: [string, Traffic][] = [
    ['1,000 users, 1 request a second in all', { ...usual, users: 1_000, perSecond: 1 }],
    ['1,000 users, 10 a second', { ...usual, users: 1_000, perSecond: 10 }],
    ['1,000 users, 100 a second', { ...usual, users: 1_000, perSecond: 100 }],
    ['100,000 users, 1,000 a second', { ...usual, users: 100_000, perSecond: 1_000 }],
    ['the same, all users alike', { ...usual, users: 100_000, perSecond: 1_000, skew: 0 }],
    ['the same, without cache', { ...usual, users: 100_000, perSecond: 1_000, ttlS: 0 }],
  ];
  const rows = crowds.map(([name, traffic]) => {
    const { requests, authorizerCalls, busiest } = simulate(traffic);
    return [
      name,
      `${((100 * authorizerCalls) / requests).toFixed(1)} %`,
      (authorizerCalls / traffic.seconds).toFixed(1),
      busiest.toFixed(1),
    ];
  });
  return markdownTable(
    [
      ['an hour of', 'authorizer called for', 'authorizer calls a second', 'busiest user, requests a second'],
      ...rows,
    ],
    'right',
  );
}

/** Dollars that an hour of each flood costs, and the Lambda instances it keeps busy. */
export function floodTable(): string {
  const rows = FLOODS.map(([name, flood]) => {
    const { gateway, lambda, observability, transfer } = floodCost(flood);
    const sum = gateway + lambda + observability + transfer;
    const instances = Math.ceil(flood.callsPerSecond / CALLS_PER_INSTANCE);
    return [
      name,
      flood.perSecond,
      instances,
      ...[gateway, lambda, observability, transfer, sum].map((value) => value.toFixed(2)),
    ];
  });
  return markdownTable(
    [
      [
        'an hour of',
        'requests a second',
        'instances',
        'gateway',
        'Lambda',
        'logs, traces',
        'transfer',
        '**$ an hour**',
      ],
      ...rows,
    ],
    'right',
  );
}

/** docs/scaling.md with these tables. */
export function writeTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((written, [name, table]) => withSection(written, name, table), page);
}
