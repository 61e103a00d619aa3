import { afterAll, describe, expect, it } from '@jest/globals';
import { StorageFull, StoreUnavailable } from '../../functions/domain/errors.ts';
import type { RecordStore } from '../../functions/domain/record-store.ts';
import { type ApiTestServices, type CallOptions, makeApi } from '../../support/api.ts';
import { identityOf } from '../../support/api-event.ts';
import { operationsOf } from '../../support/document.ts';
import { contract } from '../../support/documented.ts';
import { memoryStore, sharedMemory } from '../../support/memory-store.ts';
import { bodyFor, requireOperation, type ServedOperation } from '../../support/operations.ts';
import { type AnyFields, createRecord, EXAMPLE, findResource, RESOURCES } from '../../support/resources.ts';
import { NOW_S } from '../../support/tokens.ts';

/** Statuses that only API Gateway gives, by operation. The gateway's own tests reach them. */
const GIVEN_BY_THE_GATEWAY: Readonly<Record<string, readonly number[]>> = {
  getHealth: [429],
  getProtectedResource: [429],
  getOpenApi: [429],
  getDocs: [429],
};

type Services = Partial<ApiTestServices>;

/** A request that gets a status. `id` is one of the caller's own unless it says otherwise. */
interface Case {
  readonly options?: CallOptions;
  readonly services?: () => Services;
}

const failingStore = (error: Error): RecordStore<AnyFields> => {
  const fail = () => Promise.reject(error);
  return {
    ...memoryStore(EXAMPLE.kind),
    find: fail,
    list: fail,
    update: fail,
    remove: fail,
    removeAll: fail,
    add: fail,
  };
};

const away = () => ({ store: failingStore(new StoreUnavailable()) });
const broken = () => ({ store: failingStore(new Error('broken')) });
const full = () => ({ store: failingStore(new StorageFull(EXAMPLE.kind)) });

const expired: Case = { options: { caller: identityOf('ann', { expiresAt: NOW_S }) } };
const unverified: Case = {
  options: { caller: identityOf('ann', { emailVerified: false }) },
  services: () => ({ requireVerifiedEmail: true }),
};

const usedUp: Case = { services: () => ({ rateLimit: { perMinute: 1, count: async () => undefined } }) };

const PROTECTED: Record<number, Case> = {
  401: expired,
  403: unverified,
  429: usedUp,
  500: { services: broken },
  503: { services: away },
};
const BODY: Record<number, Case> = {
  400: { options: { body: '{' } },
  409: { services: full },
  413: { options: { body: 'x'.repeat(65_537) } },
  415: { options: { headers: { 'content-type': 'text/plain' } } },
  422: { options: { body: { unknown: 1 } } },
};
const unchanged: Case = { options: { headers: { 'If-None-Match': '*' } } };
const clockless: Case = {
  services: () => ({
    now: () => {
      throw new Error('broken');
    },
  }),
};
const missing: Case = { options: { id: 'none' } };
/** What API Gateway routes to the operation although its path is another one. */
const elsewhere = (path: string): Case => ({ options: { path: `/${path}` } });
const stale: Case = { options: { headers: { 'If-Match': '"9"' } } };
const findCallerFails = (error: Error) => () => ({ findCaller: () => Promise.reject(error) });

/** How each status of an operation is reached. One that is not here has {@link usualCases}. */
const CASES: Readonly<Record<string, Readonly<Record<number, Case>>>> = {
  ...Object.fromEntries(
    RESOURCES.flatMap(({ removeAll }) =>
      removeAll === undefined ? [] : [[removeAll.operationId, deletionOf(removeAll)]],
    ),
  ),
  getMe: {
    429: usedUp,
    200: {},
    404: elsewhere('/api/me'),
    500: { services: findCallerFails(new Error('broken')) },
    503: { services: findCallerFails(new StoreUnavailable()) },
  },
  getHealth: { 200: {}, 404: elsewhere('/api/health'), 500: clockless },
  getProtectedResource: {
    200: {},
    404: elsewhere('/.well-known/oauth-protected-resource'),
    500: clockless,
  },
  getOpenApi: { 200: {}, 304: unchanged, 404: elsewhere('/openapi.json'), 500: clockless },
  getDocs: { 200: {}, 304: unchanged, 404: elsewhere('/docs'), 500: clockless },
};

/** Of an operation that deletes a whole collection: nothing without a word about which. */
function deletionOf({ path }: ServedOperation): Record<number, Case> {
  const all = { query: { all: 'true' } };
  return {
    ...PROTECTED,
    200: { options: all },
    404: elsewhere(path),
    422: {},
    500: { options: all, services: broken },
    503: { options: all, services: away },
  };
}

/** Of an operation without cases of its own: what any operation that needs a caller can be brought to. */
function usualCases({ auth, path, pathParameters, operation }: ServedOperation): Record<number, Case> {
  if (auth !== 'required') return {};
  const statuses = Object.keys(operation.responses).map(Number);
  const success = statuses.find((status) => status < 300) ?? 200;
  const reached: Record<number, Case> = {
    ...PROTECTED,
    400: { options: { query: { cursor: 'x' }, headers: { 'If-Match': '9' } } },
    412: stale,
    422: { options: { query: { limit: '0' } } },
    304: unchanged,
    ...(operation.requestBody && BODY),
    [success]: {},
    404: pathParameters.length > 0 ? missing : elsewhere(path),
  };
  return Object.fromEntries(Object.entries(reached).filter(([status]) => statuses.includes(Number(status))));
}

const documented = operationsOf(contract).map(({ operation }) => ({
  operationId: operation.operationId,
  statuses: Object.keys(operation.responses).map(Number),
}));

const lines: string[] = [];
afterAll(() => console.log(`operation × status reached:\n${lines.join('\n')}`));

describe.each(documented)('$operationId', ({ operationId, statuses }) => {
  const cases: Readonly<Record<number, Case>> =
    CASES[operationId] ?? usualCases(requireOperation(operationId));
  const gateway = GIVEN_BY_THE_GATEWAY[operationId] ?? [];

  it('has a request here for every status it documents and does not leave to API Gateway', () => {
    const reachable = statuses.filter((status) => !gateway.includes(status)).map(String);
    const differences = [
      ...reachable
        .filter((status) => !(status in cases))
        .map((status) => `add ${operationId} ${status} to CASES in tests/contract/statuses.test.ts`),
      ...Object.keys(cases)
        .filter((status) => !reachable.includes(status))
        .map((status) => `add the response ${status} to ${operationId} in openapi.yml`),
    ];
    expect(differences).toEqual([]);
    lines.push(
      `${operationId.padEnd(16)} ${statuses.map((status) => (gateway.includes(status) ? `(${status})` : status)).join(' ')}`,
    );
  });

  it.each(Object.entries(cases))('answers %s as documented', async (status, { options, services }) => {
    const storeOf = sharedMemory();
    const operation = requireOperation(operationId);
    const resource = operation.pathParameters.length > 0 ? findResource(operation) : undefined;
    const own = resource && { id: (await createRecord(makeApi({ storeOf }), resource)).id };
    const api = makeApi({ storeOf, ...services?.() });
    const reply = await api.call(operationId, { ...own, ...bodyFor(operationId), ...options });
    expect(reply.status).toBe(Number(status));
  });
});
