import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { makeLog } from '../common/log.ts';
import { type RecordOf, startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import type { OwnedServices } from '../functions/http/owned-endpoints.ts';
import type { DynamoClient } from '../functions/store/dynamo-operations.ts';
import { makeDynamoStore } from '../functions/store/dynamo-store.ts';
import { type AnyFields, EXAMPLE, filtered } from '../support/resources.ts';
import { NOW_MS, now } from '../support/tokens.ts';

/** A Lambda context with its clock, which makes middy arm the timer it arms on Lambda. */
export const CONTEXT = { getRemainingTimeInMillis: () => 10_000 } as Context;

const newId = makeNewId(now, randomBytes);

/** A record of the first kind of the service. Benchmarks take it where any kind will do. */
export function exampleRecord(ownerId: string, isFiltered = false): RecordOf<AnyFields> {
  const fields = { ...EXAMPLE.exampleFields, ...filtered(EXAMPLE, isFiltered) };
  return startRecord(fields, { id: newId(), ownerId, nowMs: NOW_MS });
}

/** The services of the Lambda, their log lines made and not printed. */
export function makeServices(client: DynamoClient, tableName: string): OwnedServices<AnyFields> {
  return {
    log: makeLog({ write: () => {} }),
    now,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: makeDynamoStore({ kind: EXAMPLE.kind, client, tableName }),
    newId,
  } as OwnedServices<AnyFields>;
}
