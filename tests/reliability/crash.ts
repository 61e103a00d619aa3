import { setTimeout as sleep } from 'node:timers/promises';
import { findMarkedBody } from '../../support/operations.ts';
import { RESOURCES, type RecordBody, type Resource } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import type { Call } from './checker.ts';
import { findCursor } from './checker.ts';
import { makeHttpCall } from './http-call.ts';
import { makeRandom, type Scenario, SEED } from './scenario.ts';

const ROUNDS = { full: 25, short: 1 };
const WRITERS = 8;
/** Between the first acknowledged write and the kill. */
const LOAD_MS = { least: 150, most: 700 };

/** Not a user of another scenario, because a record that these did not send is a failure. */
const userOf = (writer: number) => `writer-${writer}`;

/** What the API said about a record that was to be created. */
interface Ledger {
  /** Text by id, of what was acknowledged. */
  readonly acknowledged: Map<string, string>;
  /** Texts that were sent, acknowledged or not. */
  readonly sent: Set<string>;
}

export const crash: Scenario = {
  name: 'Crash',
  promise:
    'After `kill -9` of the local stack under write load every acknowledged record is there, and none is there twice.',
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
      { what: 'acknowledged records', figure: String(ledger.acknowledged.size) },
      { what: 'requests cut off by the kill', figure: String(unacknowledged) },
      { what: 'acknowledged records lost, or records there twice', figure: '0', limit: '0' },
    ];
  },
};

/** Each writer writes one kind, the next the next one. */
const resourceOf = (writer: number) => RESOURCES[writer % RESOURCES.length] as Resource;

async function writeUntilKilled(stack: Stack, ledger: Ledger, afterMs: number): Promise<void> {
  const call = makeHttpCall(stack.apiUrl);
  const killed = new AbortController();
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    write(call, ledger, { user: userOf(index), resource: resourceOf(index), killed: killed.signal }),
  );
  const before = ledger.acknowledged.size;
  while (ledger.acknowledged.size === before) await sleep(10);
  await sleep(afterMs);
  await stack.kill();
  killed.abort();
  await Promise.all(writers);
  call.close();
}

interface Writing {
  readonly user: string;
  readonly resource: Resource;
  readonly killed: AbortSignal;
}

async function write(call: Call, ledger: Ledger, { user, resource, killed }: Writing): Promise<void> {
  while (!killed.aborted) {
    const { create } = resource;
    const text = `record ${ledger.sent.size} of ${user}`;
    ledger.sent.add(text);
    try {
      const { status, json } = await call(create.operationId, { user, body: findMarkedBody(create, text) });
      if (status !== 201) throw new Error(`${create.operationId} answered ${status}`);
      ledger.acknowledged.set((json as RecordBody).id, text);
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
    const { textField } = resourceOf(index);
    for (const record of await readAll(call, userOf(index), resourceOf(index)))
      found.set(record.id, String(record[textField]));
  }
  call.close();
  for (const [id, text] of acknowledged) {
    if (found.get(id) !== text)
      throw new Error(`an acknowledged record is ${found.has(id) ? 'changed' : 'lost'}: ${text}`);
  }
  const texts = [...found.values()];
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) throw new Error(`a record is there twice: ${twice}`);
  const unasked = texts.find((text) => !sent.has(text));
  if (unasked !== undefined) throw new Error(`a record exists that no client sent: ${unasked}`);
}

async function readAll(call: Call, user: string, { list }: Resource): Promise<RecordBody[]> {
  const records: RecordBody[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: '100', ...(cursor !== undefined && { cursor }) };
    const answer = await call(list.operationId, { user, query });
    if (answer.status !== 200) throw new Error(`${list.operationId} answered ${answer.status}`);
    records.push(...(answer.json as RecordBody[]));
    cursor = findCursor(answer);
  } while (cursor !== undefined);
  return records;
}
