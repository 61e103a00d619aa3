import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Identity } from '../common/identity.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import type { ApiHandler } from '../functions/http/api-handler.ts';
import type { OptionalCallerServices } from '../functions/http/endpoint.ts';
import type { components } from '../functions/http/generated/types.ts';
import type { OwnedServices } from '../functions/http/owned-endpoints.ts';
import type { ResourceServices } from '../functions/services/config.ts';
import { apiEvent, type EventOptions, NOW_MS } from './api-event.ts';
import { expectDocumented, type SeenReply } from './documented.ts';
import { makeHandlers } from './handlers.ts';
import { recordLines } from './logs.ts';
import { memoryStore } from './memory-store.ts';
import { requireOperation } from './operations.ts';
import { type AnyFields, EXAMPLE, RESOURCES, type StoreOf } from './resources.ts';

export type ApiTestServices = OwnedServices<AnyFields> & OptionalCallerServices & ResourceServices;

export type ProblemBody = components['schemas']['Problem'];

/** A reply with its body parsed as whatever the test expects. */
export interface ApiReply<Body> extends SeenReply {
  readonly json: Body;
}

export type ApiTestOptions = Partial<ApiTestServices> & { readonly storeOf?: StoreOf };

export interface CallOptions extends EventOptions {
  /** Short for the one parameter of the path. */
  readonly id?: string;
  /** What `getRemainingTimeInMillis` says; without it there is no Lambda clock. */
  readonly remainingMs?: number;
}

/**
 * The handlers over a store and a clock of the test, without a gateway. Every reply is held against openapi.yml.
 * The caller is `ann` unless the options say otherwise.
 *
 * @param storeOf makes the store of each kind. `store` in the changes takes the place of all of them.
 */
export function makeApi({ storeOf = memoryStore, ...changes }: ApiTestOptions = {}) {
  const { log, entries } = recordLines();
  const stores = new Map(RESOURCES.map(({ path, kind }) => [path, changes.store ?? storeOf(kind)]));
  const services: ApiTestServices = {
    log,
    now: () => NOW_MS,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: stores.get(EXAMPLE.path) as never,
    newId: makeNewId(() => NOW_MS, randomBytes),
    findCaller: async (): Promise<Identity | undefined> => undefined,
    apiUrl: undefined,
    issuers: ['https://auth.example.com'],
    ...changes,
  };
  const handlerOf = makeHandlers((resource) =>
    resource === undefined ? services : { ...services, store: stores.get(resource.path) },
  );
  return {
    /** Those of {@link EXAMPLE}. */
    services,
    /** The log lines so far. */
    logged: entries,
    call: async <Body = unknown>(operationId: string, options: CallOptions = {}): Promise<ApiReply<Body>> => {
      const { reply } = await run(handlerOf, operationId, options);
      // openapi.yml describes GET; HEAD has its headers and no content.
      if (options.method !== 'HEAD') expectDocumented(operationId, reply);
      return { ...reply, json: parseJson(reply) as Body };
    },
  };
}

async function run(
  handlerOf: (functionName: string) => ApiHandler,
  operationId: string,
  options: CallOptions,
) {
  const { functionName, method, path, pathParameters, auth } = requireOperation(operationId);
  const { id, remainingMs, ...rest } = options;
  const values = {
    ...(id !== undefined && pathParameters[0] !== undefined && { [pathParameters[0]]: id }),
    ...rest.pathParameters,
  };
  const event = apiEvent({
    method,
    path: path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent((values[name] ?? '').toWellFormed())),
    ...(Object.keys(values).length > 0 && { pathParameters: values }),
    ...(!('authorizer' in rest) && auth === 'required' && { caller: 'ann' }),
    ...rest,
  });
  const context = {
    ...(remainingMs !== undefined && { getRemainingTimeInMillis: () => remainingMs }),
  } as Context;
  const result = await handlerOf(functionName)(event, context);
  return {
    reply: {
      status: result.statusCode,
      headers: result.headers as Record<string, string>,
      body: result.body,
    },
  };
}

function parseJson({ headers, body }: SeenReply): unknown {
  return body !== '' && /json$/.test(headers['Content-Type'] ?? '') ? JSON.parse(body) : undefined;
}
