import { setTimeout as sleep } from 'node:timers/promises';
import { makeApi } from '../../support/api.ts';
import { type Embedded, startDynamo, storesIn, viaSdk, watchedClient } from '../../support/dynamodb.ts';
import {
  createRecord,
  filtered,
  type Resource,
  sampleRecord,
  WITH_REMOVE_ALL,
} from '../../support/resources.ts';
import { inParallel, makeRandom, type Scenario, SEED } from './scenario.ts';

const ROUNDS = { full: 24, short: 4 };
/** Together more than one answer of the table holds, so that a deletion reads several pages. */
const RECORDS = 150;
const TEXT = '🐎'.repeat(5000);
/** A table that answers slowly, so that time runs out in the middle. */
const ANSWER_MS = 40;
/** What a deletion gets for its steps: time to read the keys, and not enough to delete all. */
const TIME_MS = { min: 150, max: 500 };
/** The time before the end of Lambda's own in which no step begins, and in which the last answer is given. */
const WIND_DOWN_MS = 3500;
const LAST_WORD_MS = 250;
/** How long nothing may happen after the answer. */
const WATCH_MS = 250;
const CLIENTS = 3;

/** One by one, and in batches. */
const WORDS = ['filtered', 'all'] as const;

/** Who ends the deletion: its own deadline, or Lambda's time where the clock was set back meanwhile. */
const ENDS = ['deadline', 'Lambda'] as const;

interface Round {
  readonly resource: Resource;
  readonly word: (typeof WORDS)[number];
  readonly end: (typeof ENDS)[number];
  readonly timeMs: number;
}

interface Totals {
  unfinished: number;
  created: number;
}

export const deletion: Scenario = {
  name: 'Deletion',
  promise:
    'A deletion of all records whose time runs out asks the storage for nothing once it has answered 503. No record that is created while it runs is deleted.',
  run: async (scale) => {
    if (WITH_REMOVE_ALL.length === 0)
      return [{ what: 'kinds of which all can be deleted at once', figure: '0' }];
    const dynamo = await startDynamo();
    const totals = { unfinished: 0, created: 0 };
    const rounds = WITH_REMOVE_ALL.flatMap(([, resource]) => roundsOf(resource, ROUNDS[scale]));
    try {
      for (const round of rounds) await play(dynamo, round, totals);
    } finally {
      await dynamo.stop();
    }
    if (totals.unfinished === 0) throw new Error('no deletion ran out of time');
    return [
      { what: 'deletions, half of them ended by Lambda', figure: String(rounds.length) },
      { what: 'answered 503 because time ran out', figure: String(totals.unfinished), limit: '≥ 1' },
      { what: 'requests to the storage after the answer', figure: '0', limit: '0' },
      { what: 'records created meanwhile', figure: String(totals.created) },
      { what: 'of them lost', figure: '0', limit: '0' },
    ];
  },
};

function roundsOf(resource: Resource, count: number): Round[] {
  const random = makeRandom(SEED);
  return Array.from({ length: count }, (_, index) => ({
    resource,
    word: WORDS[index % WORDS.length] as Round['word'],
    end: ENDS[Math.floor(index / WORDS.length) % ENDS.length] as Round['end'],
    timeMs: TIME_MS.min + Math.floor(random() * (TIME_MS.max - TIME_MS.min)),
  }));
}

async function play(dynamo: Embedded, round: Round, totals: Totals): Promise<void> {
  const tableName = await dynamo.freshTable();
  const { resource } = round;
  const storeOf = storesIn(tableName, dynamo.client);
  const others = makeApi({ storeOf });
  const fields = filtered(resource, true);
  const { client, seen } = watchedClient(dynamo.endpoint, ANSWER_MS);
  let atAnswer = 0;
  const clock = round.end === 'Lambda' ? setBackClock() : Date.now;
  const deleter = makeApi({ storeOf: storesIn(tableName, viaSdk(client)), now: clock });
  const store = storeOf(resource.kind);
  await inParallel(
    Array(RECORDS).fill(() => store.add(sampleRecord(resource, { ...fields, [resource.textField]: TEXT }))),
    8,
  );

  const kept: string[] = [];
  let isAnswered = false;
  const reserveMs = round.end === 'Lambda' ? LAST_WORD_MS : WIND_DOWN_MS;
  const answer = deleter
    .call<{ code: string }>(resource.removeAll?.operationId ?? '', {
      query: { [(round.word === 'filtered' && resource.kind.filter) || 'all']: 'true' },
      remainingMs: reserveMs + round.timeMs,
    })
    .finally(() => {
      isAnswered = true;
      atAnswer = seen.requests;
    });
  await Promise.race([seen.begun, answer]);
  const createMeanwhile = async () => {
    do kept.push((await createRecord(others, resource, { fields })).id);
    while (!isAnswered);
  };
  await Promise.all(Array.from({ length: CLIENTS }, createMeanwhile));
  const { status, json } = await answer;
  requireDocumentedEnd(round, status, json.code);
  await sleep(WATCH_MS);
  const late = seen.requests - atAnswer;
  if (late > 0) throw new Error(`${late} requests to the storage after the answer ${status} (${round.end})`);
  await requireAll(others, resource, kept);
  totals.created += kept.length;
  totals.unfinished += status === 503 ? 1 : 0;
}

/** How often a request asks for the time before its deletion begins: for the caller's token and for the deadline. */
const READ_BEFORE = 2;

/** Right until the deletion begins and then an hour behind, so that no deadline ever comes. */
function setBackClock(): () => number {
  let asked = 0;
  return () => (asked++ < READ_BEFORE ? Date.now() : Date.now() - 3_600_000);
}

function requireDocumentedEnd({ end }: Round, status: number, code: string): void {
  const unfinished = end === 'Lambda' ? 'service_unavailable' : 'deletion_unfinished';
  if (status === 200 || (status === 503 && code === unfinished)) return;
  throw new Error(`a deletion ended by ${end} was answered with ${status} ${code}`);
}

async function requireAll(
  api: ReturnType<typeof makeApi>,
  { get }: Resource,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const { status } = await api.call(get.operationId, { id });
    if (status !== 200) throw new Error(`a record created during the deletion is answered with ${status}`);
  }
}
