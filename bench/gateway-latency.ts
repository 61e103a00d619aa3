import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type Offline, startOffline } from '../offline-gateway/conformance/offline.ts';
import { toRow, toText } from '../support/measure/report.ts';
import type { Benchmark, Outcome, Result } from '../support/measure/result.ts';
import { interleave, type Rounds } from '../support/measure/rounds.ts';
import { median } from '../support/measure/statistics.ts';

const SERVICE = join(import.meta.dirname, '../offline-gateway/fixtures/bench');
const REQUESTS = 100;
const CONNECTIONS = 16;
const RUNNERS = ['in process', 'worker threads'] as const;
const MODES = {
  alone: { OFFLINE_GATEWAY: 'off' },
  hit: { OFFLINE_GATEWAY: 'on' },
  miss: { OFFLINE_GATEWAY: 'on', SLS_OFFLINE_AUTH_CACHE: 'off' },
} as const;

type Runner = (typeof RUNNERS)[number];
type Mode = keyof typeof MODES;

/** One authorised GET through `serverless offline`, alone and with the offline gateway, in turns. */
export const gatewayLatency: Benchmark = {
  ids: ['L1'],
  seconds: 35,
  run: async ({ rounds = 20 }) => {
    const services: Service[] = [];
    try {
      // One after the other: six at once do not start in time on a busy machine.
      for (const runner of RUNNERS) {
        for (const mode of modes()) services.push(await open(runner, mode));
      }
      return outcome(await interleave(services.flatMap(variants), rounds));
    } finally {
      await Promise.all(services.map(({ offline }) => offline.stop()));
    }
  },
};

interface Service {
  readonly runner: Runner;
  readonly mode: Mode;
  readonly offline: Offline;
}

function modes(): readonly Mode[] {
  return Object.keys(MODES).filter((mode): mode is Mode => mode in MODES);
}

async function open(runner: Runner, mode: Mode): Promise<Service> {
  const args = runner === 'in process' ? ['--useInProcess'] : [];
  return { runner, mode, offline: await startOffline({ service: SERVICE, env: MODES[mode], args }) };
}

/** Milliseconds: the median of single requests, and the share of one request in a burst at 16 connections. */
function variants({ runner, mode, offline }: Service) {
  const url = `${offline.url}/dev/tasks/7`;
  return [
    { name: name(runner, mode, 1), sample: async () => median(await burst(url, REQUESTS, 1)) },
    {
      name: name(runner, mode, CONNECTIONS),
      sample: async () => {
        const startedMs = performance.now();
        await burst(url, 2 * REQUESTS, CONNECTIONS);
        return (performance.now() - startedMs) / (2 * REQUESTS);
      },
    },
  ];
}

function name(runner: Runner, mode: Mode, connections: number): string {
  return `${runner}, ${mode}, ${connections}`;
}

/** Sends `count` requests over kept-alive connections, and answers how long each of them took. */
async function burst(url: string, count: number, connections: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let left = count;
  const send = async () => {
    while (left > 0) {
      left -= 1;
      const sentMs = performance.now();
      await get(url, agent);
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  agent.destroy();
  return latenciesMs;
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

function outcome(measured: Rounds): Outcome {
  return { results: RUNNERS.flatMap((runner) => results(measured, runner)) };
}

function results(measured: Rounds, runner: Runner): readonly Result[] {
  const compare = (mode: Mode, connections: number) => {
    const [one, alone] = [name(runner, mode, connections), name(runner, 'alone', connections)];
    const note = `${measured.median(one).toFixed(3)} ms, alone ${measured.median(alone).toFixed(3)} ms; quartiles ${measured.spread(one, alone)}`;
    return { ratio: measured.ratio(one, alone), rate: measured.ratio(alone, one), note };
  };
  const [hit, busy, miss] = [compare('hit', 1), compare('hit', CONNECTIONS), compare('miss', 1)];
  const row = (what: string, goal: Result['goal'], figure: number, note: string): Result => {
    return { id: 'L1', what: `offline gateway ${runner}, ${what}`, goal, figure, note };
  };
  return [
    row('median latency, cache hit', { compare: '≤', limit: 1.1, unit: '× alone' }, hit.ratio, hit.note),
    row(
      'requests/s, cache hit, one connection',
      { compare: '≥', limit: 1.3, unit: '× alone' },
      hit.rate,
      hit.note,
    ),
    row(
      'requests/s, cache hit, 16 connections',
      { compare: '≥', limit: 1.3, further: 1.8, unit: '× alone' },
      busy.rate,
      busy.note,
    ),
    row('median latency, cache off', { compare: '≤', limit: 1.2, unit: '× alone' }, miss.ratio, miss.note),
  ];
}

if (import.meta.main) {
  const { results: rows } = await gatewayLatency.run({});
  console.log(toText(rows.map(toRow)));
}
