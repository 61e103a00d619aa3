import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { makeLog } from '../common/log.ts';
import { startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import { type Task, tasks } from '../functions/domain/task.ts';
import type { TaskServices } from '../functions/services/task-services.ts';
import { makeDynamoStore } from '../functions/store/dynamo-store.ts';
import { NOW_MS, now } from '../support/tokens.ts';

/** A Lambda context with its clock, which makes middy arm the timer it arms on Lambda. */
export const CONTEXT = { getRemainingTimeInMillis: () => 10_000 } as Context;

const newId = makeNewId(now, randomBytes);

export function sampleTask(ownerId: string, completed = false): Task {
  const fields = { title: 'Buy milk', description: 'Two bottles', completed, order: null, dueAt: null };
  return startRecord(fields, { id: newId(), ownerId, nowMs: NOW_MS });
}

/** The services of the Lambda, their log lines made and not printed. */
export function makeServices(client: DynamoDBClient, tableName: string): TaskServices {
  return {
    log: makeLog({ write: () => {} }),
    now,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: makeDynamoStore({ kind: tasks, client, tableName }),
    newId,
  } as TaskServices;
}
