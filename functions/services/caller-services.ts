import type { Env } from '../../common/env.ts';
import type { CountRequest } from '../domain/request-counter.ts';
import type { OptionalCallerServices } from '../http/endpoint.ts';
import { makeFindCaller } from '../http/optional-caller.ts';
import { apiServices, findRateLimit, readEnvironment } from './config.ts';

/** Wires an endpoint with optional authentication to the environment. */
export function callerServices(): OptionalCallerServices {
  const env = readEnvironment();
  const services = apiServices(env);
  return {
    ...services,
    rateLimit: findRateLimit(env, (tableName) => makeLazyCounter(env, tableName)),
    findCaller: makeFindCaller(env, services),
  };
}

/** Loads the client of DynamoDB with the first request that is counted: without a rate limit the endpoint starts without it. */
function makeLazyCounter(env: Env, tableName: string): CountRequest {
  let counter: Promise<CountRequest> | undefined;
  const load = async () => {
    const { makeDynamoClient } = await import('../store/dynamo-client.ts');
    const { makeDynamoRequestCounter } = await import('../store/dynamo-request-counter.ts');
    return makeDynamoRequestCounter({ client: makeDynamoClient(env), tableName });
  };
  return async (request) => {
    counter ??= load();
    return (await counter)(request);
  };
}
