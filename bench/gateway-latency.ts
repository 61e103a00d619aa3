import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type Offline, startOffline } from '../local/offline-gateway/conformance/offline.ts';

/**
 * One authorised GET through `serverless offline`, alone and with the offline gateway, all in one run and in turns:
 * `node bench/gateway-latency.ts [--json]`. Budgets: a cache hit at most 1.1 × the latency of serverless-offline alone
 * and at least 1.3 × its requests per second (in process, one connection), a miss at most 1.2 × its time.
 */
const SERVICE = join(import.meta.dirname, '../local/offline-gateway/fixtures/bench');
const ROUNDS = 12;
const REQUESTS = 120;
const CONNECTIONS = 16;

interface Variant {
  readonly name: string;
  readonly runner: 'worker threads' | 'in process';
  readonly env: Readonly<Record<string, string>>;
}

const VARIANTS: readonly Variant[] = (['worker threads', 'in process'] as const).flatMap((runner) => [
  { name: 'alone', runner, env: { OFFLINE_GATEWAY: 'off' } },
  { name: 'plugin, cache hit', runner, env: {} },
  { name: 'plugin, cache off', runner, env: { SLS_OFFLINE_AUTH_CACHE: 'off' } },
]);

interface Measured extends Variant {
  readonly offline: Offline;
  readonly latenciesMs: number[];
  /** Requests per second at 16 connections, one figure per round. */
  readonly rates: number[];
}

const measured: Measured[] = [];
try {
  for (const variant of VARIANTS) measured.push({ ...variant, ...(await open(variant)) });
  for (const one of measured) await burst(one, REQUESTS, 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of measured) one.latenciesMs.push(...(await burst(one, REQUESTS, 1)).latenciesMs);
    for (const one of measured) one.rates.push((await burst(one, REQUESTS * 2, CONNECTIONS)).rate);
  }
  print();
} finally {
  await Promise.all(measured.map(({ offline }) => offline.stop()));
}

async function open({ runner, env }: Variant) {
  const args = runner === 'in process' ? ['--useInProcess'] : [];
  const offline = await startOffline({ service: SERVICE, env: { OFFLINE_GATEWAY: 'on', ...env }, args });
  return { offline, latenciesMs: [], rates: [] };
}

/** Sends `count` requests over `connections` kept-alive connections. */
async function burst({ offline }: Measured, count: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let left = count;
  const startedMs = performance.now();
  const send = async () => {
    while (left > 0) {
      left -= 1;
      const sentMs = performance.now();
      await get(`${offline.url}/dev/tasks/7`, agent);
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  agent.destroy();
  return { latenciesMs, rate: count / ((performance.now() - startedMs) / 1000) };
}

function get(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { authorization: 'Bearer the-same-token' } }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`status ${res.statusCode}`));
      res.resume().on('end', resolve);
    });
    sent.on('error', reject).end();
  });
}

function print(): void {
  const rows = measured.map(({ name, runner, latenciesMs, rates }) => {
    const alone = measured.find((other) => other.runner === runner && other.name === 'alone');
    const [latencyMs, rate] = [median(latenciesMs), median(rates)];
    const [base, baseRate] = [median(alone?.latenciesMs ?? []), median(alone?.rates ?? [])];
    return { runner, name, latencyMs, latencyRatio: latencyMs / base, rate, rateRatio: rate / baseRate };
  });
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  console.log(
    'authorised GET      one connection: median   × alone     16 connections: requests/s   × alone',
  );
  for (const row of rows) {
    const label = `${row.runner}, ${row.name}`.padEnd(36);
    const latency = `${row.latencyMs.toFixed(3)} ms`.padStart(10);
    const rate = row.rate.toFixed(0).padStart(20);
    console.log(
      `${label}${latency}${row.latencyRatio.toFixed(2).padStart(9)} ${rate}${row.rateRatio.toFixed(2).padStart(15)}`,
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
