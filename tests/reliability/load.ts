import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile } from '../../support/measure/statistics.ts';
import { type AnyFields, RESOURCES, type Resource } from '../../support/resources.ts';
import { type Call, Checker } from './checker.ts';
import { makeHttpCall } from './http-call.ts';
import { type Finding, makeRandom, pick, type Scenario, SEED } from './scenario.ts';
import { type WatchedCall, watchStalls } from './stalls.ts';

const DURATION_MS = { full: 60_000, short: 2500 };
/** Before memory is watched: from idle, V8 lets each heap double before it collects. */
const WARM_UP_MS = { full: 45_000, short: 0 };
const USERS = 50;
const CONNECTIONS = 16;
/** Most records one user keeps, so that lists stay of one size. */
const RECORDS_MAX = 30;
const MEMORY_EVERY_MS = 500;
const GROWTH_MAX = 1.1;
/** After the start the stack gives memory back. */
const SETTLE_MS = { full: 10_000, short: 0 };
const IDLE_MAX_MB = 250;
const BUSY_MAX_MB = 450;

/** The findings that are drawn as well. */
export const LATENCY = 'latency of half, 95 % and 99 % of the requests';
export const MEMORY = 'memory of the process, last third against first third';

export const load: Scenario = {
  name: 'Load',
  promise:
    'At saturation through `serverless offline` no reply is a 5xx, every reply is that of the model, and the memory of the process stays flat.',
  run: async (scale, stacks) => {
    const stack = await stacks.open();
    await sleep(SETTLE_MS[scale]);
    const idleMb = readIdleMb(stack.child.pid ?? 0);
    const call = makeHttpCall(stack.apiUrl);
    const { timed, latencies } = withLatencies(call);
    try {
      const connections = Array.from({ length: CONNECTIONS }, (_, worker) => connect(timed, worker));
      const checkers = connections.map(({ checker }) => checker);
      await saturateAll(connections, WARM_UP_MS[scale]);
      for (const checker of checkers) checker.asked = 0;
      latencies.length = 0;
      const memory = watchMemory(stack.child.pid ?? 0);
      const begun = performance.now();
      await saturateAll(connections, DURATION_MS[scale]);
      const seconds = (performance.now() - begun) / 1000;
      const asked = checkers.reduce((sum, checker) => sum + checker.asked, 0);
      const growth = memory.stop();
      if (scale === 'full' && growth.ratio > GROWTH_MAX) throw new Error(`memory grew: ${growth.text}`);
      if (scale === 'full' && idleMb > IDLE_MAX_MB) throw new Error(`idle memory: ${idleMb} MB`);
      if (scale === 'full' && growth.mostMb > BUSY_MAX_MB)
        throw new Error(`memory under load: ${growth.mostMb} MB`);
      return [
        { what: 'seconds at saturation', figure: seconds.toFixed(0) },
        { what: 'requests, each checked against the model', figure: String(asked) },
        { what: 'requests per second', figure: (asked / seconds).toFixed(0) },
        { what: 'users, connections', figure: `${USERS}, ${CONNECTIONS}` },
        { what: '5xx and wrong answers', figure: '0', limit: '0' },
        latencyOf(latencies),
        {
          what: MEMORY,
          figure: `${growth.ratio.toFixed(2)} × (${growth.text})`,
          points: growth.points,
          ...(scale === 'full' && { limit: `≤ ${GROWTH_MAX} ×` }),
        },
        ...(scale === 'full'
          ? [
              {
                what: 'memory of the stack before the load, esbuild included',
                figure: inMegabytes(idleMb),
                limit: `≤ ${IDLE_MAX_MB} MB`,
              },
              {
                what: 'most memory under the load',
                figure: inMegabytes(growth.mostMb),
                limit: `≤ ${BUSY_MAX_MB} MB`,
              },
            ]
          : []),
      ];
    } finally {
      call.close();
      await stacks.close(stack);
    }
  },
};

/** The call, with the milliseconds of every answer kept. */
function withLatencies(call: Call): { readonly timed: Call; readonly latencies: number[] } {
  const latencies: number[] = [];
  const timed: Call = async (...asked) => {
    const begun = performance.now();
    const answer = await call(...asked);
    latencies.push(performance.now() - begun);
    return answer;
  };
  return { timed, latencies };
}

function latencyOf(latencies: readonly number[]): Finding {
  const sorted = [...latencies].sort((left, right) => left - right);
  const below = (percent: number) => Number(quantile(sorted, percent / 100).toFixed(1));
  const points = Array.from({ length: 101 }, (_, percent) => [below(percent), percent] as const);
  return { what: LATENCY, figure: `${[50, 95, 99].map((percent) => below(percent)).join(', ')} ms`, points };
}

/** One connection, with users of its own, because a model of concurrent changes would have to allow too much. */
interface Connection {
  readonly checker: Checker;
  readonly explain: WatchedCall['explain'];
}

/** Each connection asks about one kind, the next about the next one. */
function connect(timed: Call, worker: number): Connection {
  const { call, explain } = watchStalls(timed);
  return { checker: new Checker(call, RESOURCES[worker % RESOURCES.length] as Resource), explain };
}

async function saturateAll(connections: readonly Connection[], durationMs: number): Promise<void> {
  const until = performance.now() + durationMs;
  await Promise.all(
    connections.map(({ checker, explain }, worker) =>
      saturate(checker, worker, until).catch((error) => Promise.reject(explain(error))),
    ),
  );
}

async function saturate(checker: Checker, worker: number, until: number): Promise<void> {
  const random = makeRandom(SEED + worker);
  const users = Array.from({ length: USERS }, (_, index) => `user-${index}`).filter(
    (_, index) => index % CONNECTIONS === worker,
  );
  while (performance.now() < until) await step(checker, pick(random, users), random);
}

/** Values of the kind, with a new text. */
function fieldsFrom({ exampleFields, textField, kind }: Resource, random: () => number): AnyFields {
  const filtered = kind.filter !== undefined && { [kind.filter]: random() < 0.5 };
  return { ...exampleFields, ...filtered, [textField]: 'x'.repeat(1 + random() * 200) };
}

async function step(checker: Checker, user: string, random: () => number): Promise<void> {
  const ids = checker.idsOf(user);
  const id = pick(random, ids) ?? '01890a5d-ac96-774b-bcce-b302099a8057';
  const chance = random();
  const fields = fieldsFrom(checker.resource, random);
  if (chance < 0.25 && ids.length < RECORDS_MAX) return checker.create(user, fields);
  if (chance < 0.5) return checker.get(user, id);
  if (chance < 0.7)
    return checker.list(user, { filter: random() < 0.5, limit: 1 + Math.floor(random() * 30) });
  if (chance < 0.88) return checker.update(user, id, fields);
  if (chance < 0.99) return checker.remove(user, id);
  return checker.removeAll(user, random() < 0.8);
}

/** Watches the resident memory of a process, where the operating system tells it. */
function watchMemory(pid: number) {
  const samples: number[] = [];
  const stopped = new AbortController();
  void (async () => {
    while (!stopped.signal.aborted) {
      samples.push(readMemoryMb(pid));
      await sleep(MEMORY_EVERY_MS);
    }
  })();
  return {
    stop: () => {
      stopped.abort();
      const third = Math.floor(samples.length / 3);
      const [first, last] = [median(samples.slice(0, third)), median(samples.slice(-third))];
      return {
        ratio: last / first,
        mostMb: Math.max(...samples),
        text: Number.isNaN(first)
          ? 'not known on this system'
          : `${first.toFixed(0)} MB, then ${last.toFixed(0)} MB`,
        points: samples.map(
          (megabytes, at) => [(at * MEMORY_EVERY_MS) / 1000, Math.round(megabytes)] as const,
        ),
      };
    },
  };
}

const inMegabytes = (megabytes: number) =>
  Number.isNaN(megabytes) ? 'not known on this system' : `${megabytes.toFixed(0)} MB`;

/** Of a process and those that it started; not a number where there is no `ps`. */
function readIdleMb(pid: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  const rows = (stdout ?? '')
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const kilobytes = rows.flatMap(([own, parent, resident]) =>
    own === pid || parent === pid ? [resident ?? 0] : [],
  );
  return kilobytes.length === 0 ? Number.NaN : kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** From Linux itself, else from `ps`, which macOS has too. Windows has neither. */
function readMemoryMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number.parseInt(stdout ?? '', 10) / 1024;
  }
}
