import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../../support/stack.ts';
import type { Call, TaskBody } from './checker.ts';
import { findCursor } from './checker.ts';
import { makeHttpCall } from './http-call.ts';
import { makeRandom, type Scenario, SEED } from './scenario.ts';

const ROUNDS = { full: 25, short: 1 };
const WRITERS = 8;
/** Between the first acknowledged write and the kill. */
const LOAD_MS = { least: 150, most: 700 };

/** Not a user of another scenario, because a task that these did not send is a failure. */
const userOf = (writer: number) => `writer-${writer}`;

/** What the API said about a task that was to be created. */
interface Ledger {
  /** Title by id, of what was acknowledged. */
  readonly acknowledged: Map<string, string>;
  /** Titles that were sent, acknowledged or not. */
  readonly sent: Set<string>;
}

export const crash: Scenario = {
  name: 'Crash',
  promise:
    'After `kill -9` of the local stack under write load every acknowledged task is there, and none is there twice.',
  run: async (scale, stacks) => {
    const random = makeRandom(SEED);
    const ledger: Ledger = { acknowledged: new Map(), sent: new Set() };
    let stack = await stacks.open();
    for (let round = 0; round < ROUNDS[scale]; round += 1) {
      await writeUntilKilled(stack, ledger, LOAD_MS.least + random() * (LOAD_MS.most - LOAD_MS.least));
      stack = await startStack(stack);
      await requireAll(stack, ledger);
    }
    await stacks.close(stack);
    const unacknowledged = ledger.sent.size - ledger.acknowledged.size;
    return [
      { what: 'rounds of load, `kill -9` and restart', figure: String(ROUNDS[scale]) },
      { what: 'acknowledged tasks', figure: String(ledger.acknowledged.size) },
      { what: 'requests cut off by the kill', figure: String(unacknowledged) },
      { what: 'acknowledged tasks lost, or tasks there twice', figure: '0', limit: '0' },
    ];
  },
};

async function writeUntilKilled(stack: Stack, ledger: Ledger, afterMs: number): Promise<void> {
  const call = makeHttpCall(stack.apiUrl);
  const killed = new AbortController();
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    write(call, userOf(index), ledger, killed.signal),
  );
  const before = ledger.acknowledged.size;
  while (ledger.acknowledged.size === before) await sleep(10);
  await sleep(afterMs);
  await stack.kill();
  killed.abort();
  await Promise.all(writers);
  call.close();
}

async function write(call: Call, user: string, ledger: Ledger, killed: AbortSignal): Promise<void> {
  while (!killed.aborted) {
    const title = `task ${ledger.sent.size} of ${user}`;
    ledger.sent.add(title);
    try {
      const { status, json } = await call('createTask', { user, body: { title } });
      if (status !== 201) throw new Error(`createTask answered ${status}`);
      ledger.acknowledged.set((json as TaskBody).id, title);
    } catch (error) {
      if (error instanceof Error && 'code' in error) return;
      throw error;
    }
  }
}

/** Reads back everything there is. */
async function requireAll(stack: Stack, { acknowledged, sent }: Ledger): Promise<void> {
  const call = makeHttpCall(stack.apiUrl);
  const found = new Map<string, string>();
  for (let index = 0; index < WRITERS; index += 1) {
    for (const { id, title } of await readAll(call, userOf(index))) found.set(id, title);
  }
  call.close();
  for (const [id, title] of acknowledged) {
    if (found.get(id) !== title)
      throw new Error(`an acknowledged task is ${found.has(id) ? 'changed' : 'lost'}: ${title}`);
  }
  const titles = [...found.values()];
  const twice = titles.find((title, index) => titles.indexOf(title) !== index);
  if (twice !== undefined) throw new Error(`a task is there twice: ${twice}`);
  const unasked = titles.find((title) => !sent.has(title));
  if (unasked !== undefined) throw new Error(`a task exists that no client sent: ${unasked}`);
}

async function readAll(call: Call, user: string): Promise<TaskBody[]> {
  const tasks: TaskBody[] = [];
  let cursor: string | undefined;
  do {
    const answer = await call('listTasks', {
      user,
      query: { limit: '100', ...(cursor !== undefined && { cursor }) },
    });
    if (answer.status !== 200) throw new Error(`listTasks answered ${answer.status}`);
    tasks.push(...(answer.json as TaskBody[]));
    cursor = findCursor(answer);
  } while (cursor !== undefined);
  return tasks;
}
