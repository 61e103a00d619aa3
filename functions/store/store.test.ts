import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeStore } from '../../support/describe-store.ts';
import { type Embedded, startDynamo } from '../../support/dynamodb.ts';
import { labels, notes, TASK_FIELDS, tasks } from '../../support/kinds.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { type AnyFields, RESOURCES } from '../../support/resources.ts';
import type { Kind } from '../domain/kind.ts';
import { makeDynamoStore } from './dynamo-store.ts';

let dynamo: Embedded;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

interface Definition {
  readonly kind: Kind<AnyFields>;
  readonly sample: AnyFields;
}

/** Kinds of the tests, whose fields are of each sort. */
const OF_TESTS = [
  { kind: tasks, sample: TASK_FIELDS },
  { kind: labels, sample: { ...TASK_FIELDS, order: 3, dueAt: '2026-03-01T09:00:00.000Z' } },
  { kind: notes, sample: { title: 'Buy milk', tags: ['home', ''], color: null } },
] as unknown as Definition[];
const OF_THE_SERVICE = RESOURCES.map(({ kind, exampleFields }) => ({ kind, sample: exampleFields }));

describe.each([
  ['kind of the tests', OF_TESTS],
  ['kind of the service', OF_THE_SERVICE],
])('each %s', (_name, definitions) => {
  for (const definition of definitions) {
    const { kind } = definition;
    describeStore(`memoryStore of ${kind.plural}`, definition, async () => memoryStore(kind));
    describeStore(`makeDynamoStore of ${kind.plural}`, definition, async () =>
      makeDynamoStore({ kind, client: dynamo.client, tableName: await dynamo.freshTable() }),
    );
  }
});
