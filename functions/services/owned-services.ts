import { randomBytes } from 'node:crypto';
import type { Kind } from '../domain/kind.ts';
import { makeNewId } from '../domain/record-id.ts';
import type { OwnedServices } from '../http/owned-endpoints.ts';
import { makeDynamoClient } from '../store/dynamo-client.ts';
import { makeDynamoRequestCounter } from '../store/dynamo-request-counter.ts';
import { makeDynamoStore } from '../store/dynamo-store.ts';
import { apiServices, findRateLimit, readEnvironment, requireTableName } from './config.ts';

/**
 * Wires the endpoints of a kind to the environment.
 *
 * @param tableVariable names the environment variable that holds the name of the table.
 */
export function ownedServices<Fields>(kind: Kind<Fields>, tableVariable: string): OwnedServices<Fields> {
  const env = readEnvironment();
  const services = apiServices(env);
  const client = makeDynamoClient(env);
  return {
    ...services,
    rateLimit: findRateLimit(env, (tableName) => makeDynamoRequestCounter({ client, tableName })),
    store: makeDynamoStore({ client, kind, tableName: requireTableName(env, tableVariable) }),
    newId: makeNewId(services.now, randomBytes),
  };
}
