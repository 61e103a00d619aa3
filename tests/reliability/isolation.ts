import fc from 'fast-check';
import { toCursor } from '../../functions/http/cursor.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { makeApi } from '../../support/api.ts';
import { SECRET_ENV, startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { startDynamo } from '../../support/dynamodb.ts';
import { type AnyFields, RESOURCES, type Resource } from '../../support/resources.ts';
import { bearer, hmacSigner, mint } from '../../support/tokens.ts';
import { type Call, type CallOptions, Checker, type Disguise } from './checker.ts';
import { type Scenario, SEED } from './scenario.ts';

/** Ids that a careless comparison, key or pattern would take for one another. */
const USERS = [
  ...['ann', 'Ann', 'ANN', 'an', 'annn', 'ann.', 'ann#', 'ann#1', '#ann', 'ann%20', 'ann*', 'ann/../bob'],
  ...['bob', 'bob|ann', 'аnn', 'ann\u0301', 'ａｎｎ', '0', '~', '__proto__'],
];

/** A kind of record as it is in the table, behind the operations of a resource. */
interface World {
  readonly resource: Resource;
  readonly keyPrefix: string;
}

/**
 * Every kind of openapi.yml, and one more with the operations of the first. All share one table, so each user has records
 * of at least two kinds in one partition.
 */
const WORLDS: readonly World[] = [
  ...RESOURCES.map((resource) => ({ resource, keyPrefix: resource.kind.keyPrefix })),
  { resource: RESOURCES[0] as Resource, keyPrefix: '!others#' },
];

const OPERATIONS = { full: 10_000, short: 400 };
const COMMANDS_PER_RUN = { full: 500, short: 200 };

export const isolation: Scenario = {
  name: 'Isolation',
  promise:
    'No operation and no spoof reads or changes a record of another user or of another kind. Every answer is that of a model in which users and kinds know nothing of each other.',
  run: async (scale) => {
    const dynamo = await startDynamo();
    try {
      const totals = { asked: 0, spoofed: 0 };
      while (totals.asked < OPERATIONS[scale]) {
        const tableName = await dynamo.freshTable();
        const makeCheckers = () =>
          WORLDS.map(({ resource, keyPrefix }) => {
            const kind = { ...resource.kind, keyPrefix };
            const store = makeDynamoStore({ kind, client: dynamo.client, tableName });
            return new Checker(makeCall(makeApi({ store: store as never })), resource);
          });
        await checkOnce(makeCheckers, totals, COMMANDS_PER_RUN[scale]);
      }
      return [
        {
          what: 'operations, each checked against the model',
          figure: String(totals.asked),
          limit: `≥ ${OPERATIONS[scale]}`,
        },
        { what: 'of them with a spoof', figure: String(totals.spoofed) },
        { what: 'users with look-alike ids', figure: String(USERS.length) },
        { what: 'kinds of record in one table', figure: String(WORLDS.length), limit: '≥ 2' },
        {
          what: 'answers that showed or changed what is another user’s or of another kind',
          figure: '0',
          limit: '0',
        },
      ];
    } finally {
      await dynamo.stop();
    }
  },
};

/** Authorizer and handler in a row, as API Gateway calls them. */
function makeCall(api: ReturnType<typeof makeApi>): Call {
  const { authorize } = startAuthorizer(SECRET_ENV);
  return async (operationId, { user, ...question }) => {
    const event = tokenEvent(bearer(mint(hmacSigner(), { claims: { sub: user, id: user } })));
    const { principalId, context } = await authorize(event);
    const reply = await api.call(operationId, { ...question, authorizer: { ...context, principalId } });
    const headers = Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value]);
    return { status: reply.status, headers: Object.fromEntries(headers), json: reply.json };
  };
}

interface Totals {
  asked: number;
  spoofed: number;
}

async function checkOnce(
  makeCheckers: () => readonly Checker[],
  totals: Totals,
  commands: number,
): Promise<void> {
  const all = WORLDS.flatMap(({ resource }, world) => allCommands(totals, resource, world));
  const run = fc.asyncProperty(fc.commands(all, { maxCommands: commands, size: 'max' }), async (chosen) => {
    const checkers = makeCheckers();
    await fc.asyncModelRun(() => ({ model: {}, real: checkers }), chosen);
    for (const checker of checkers) {
      for (const user of USERS) await checker.list(user, { limit: 100 });
      totals.asked += checker.asked;
    }
  });
  await fc.assert(run, {
    numRuns: 1,
    seed: SEED + totals.asked,
    endOnFailure: true,
    includeErrorInReport: true,
  });
}

/** @param checker of the world that the command asks. @param all by world. */
type Step = (checker: Checker, all: readonly Checker[]) => Promise<void>;

class Command implements fc.AsyncCommand<object, readonly Checker[]> {
  readonly #name: string;
  readonly #world: number;
  readonly #step: Step;
  constructor(name: string, world: number, step: Step) {
    this.#name = name;
    this.#world = world;
    this.#step = step;
  }
  check(): boolean {
    return true;
  }
  run(_model: object, checkers: readonly Checker[]): Promise<void> {
    return this.#step(checkers[this.#world] as Checker, checkers);
  }
  toString(): string {
    return `${WORLDS[this.#world]?.keyPrefix}${this.#name}`;
  }
}

const user = fc.constantFrom(...USERS);
const text = fc.constantFrom('Buy milk', 'Call mum', 'ann', '<b>', '🐎');

/** Fields of a kind with values that its schema allows, any of them left out. */
function fieldsOf({ exampleFields, defaults, textField }: Resource): fc.Arbitrary<AnyFields> {
  const values = Object.entries(exampleFields).map(([name, value]) => {
    if (name === textField) return [name, text];
    if (typeof value === 'boolean') return [name, fc.boolean()];
    return [name, fc.constantFrom(value, ...(name in defaults ? [defaults[name] ?? null] : []))];
  });
  return fc.record(Object.fromEntries(values), { requiredKeys: [] }) as fc.Arbitrary<AnyFields>;
}

/** Whose record is meant, of which kind, and which of theirs. */
interface Aim {
  readonly owner: string;
  readonly world: number;
  readonly index: number;
}
const target: fc.Arbitrary<Aim> = fc.record({
  owner: user,
  world: fc.nat(WORLDS.length - 1),
  index: fc.nat(30),
});

/** Paths that a careless router takes for the one of the collection: an id that is empty or goes up, and the like. */
const nearly = (path: string) => [
  ...[`${path}/`, `/${path}`, `${path}/.`, `${path}/%2e`, `${path}/..`, path.replace('/api/', '/api//')],
  ...[
    `/.${path}`,
    `/x/..${path}`,
    `/%2e${path}`,
    `${path}//`,
    path.replace('a', '%61'),
    path.replace('api', 'API'),
  ],
];

/** Claims to be somebody else in everything a client can send and the API is not to read. */
const disguise: fc.Arbitrary<Disguise> = fc.oneof(
  fc.constant({}),
  user.map((other) => ({
    headers: {
      'X-User-Id': encodeURIComponent(other),
      'X-Forwarded-User': encodeURIComponent(other),
      'X-Amzn-Oidc-Identity': encodeURIComponent(other),
      Cookie: `userId=${encodeURIComponent(other)}`,
    },
  })),
);

function idOf(all: readonly Checker[], { owner, world, index }: Aim): string {
  const ids = all[world]?.idsOf(owner) ?? [];
  return ids[index % Math.max(ids.length, 1)] ?? '01890a5d-ac96-774b-bcce-b302099a8057';
}

/** An ETag as a client would have it from a record it saw, its own or not. */
function conditional(all: readonly Checker[], aim: Aim, given: Disguise): Disguise {
  const version = all[aim.world]?.versionOf(aim.owner, idOf(all, aim)) ?? 1;
  return { headers: { ...given.headers, 'If-Match': `"${version}"` } };
}

function allCommands(totals: Totals, resource: Resource, world: number): fc.Arbitrary<Command>[] {
  const { path, kind, textField, list, create, updates, removeAll } = resource;
  const fields = fieldsOf(resource);
  const spoof = <Value extends object | string>(value: Value): Value => {
    if (Object.keys(value).length > 0) totals.spoofed += 1;
    return value;
  };
  const named = (name: string, step: Step) => new Command(name, world, step);
  return [
    fc
      .tuple(user, fields, text, disguise)
      .map(([who, chosen, name, given]) =>
        named(`create by ${who}`, (checker) =>
          checker.create(who, { ...chosen, [textField]: name }, spoof(given)),
        ),
      ),
    fc
      .tuple(user, text, fc.nat(2))
      .map(([who, name, key]) =>
        named(`create by ${who} with key ${key}`, (checker) =>
          checker.create(who, { [textField]: name }, spoof({ headers: { 'Idempotency-Key': `key-${key}` } })),
        ),
      ),
    fc
      .tuple(user, user, fc.constantFrom('userId', 'ownerId', 'id', 'user_id', 'sub', 'principalId'))
      .map(([who, other, member]) =>
        named(`create by ${who} as ${other}`, (checker) =>
          checker.refused(
            create.operationId,
            spoof({ user: who, body: { [textField]: 'x', [member]: other } }),
            422,
          ),
        ),
      ),
    fc
      .tuple(user, target, disguise)
      .map(([who, aim, given]) =>
        named(`get by ${who} of ${aim.owner}`, (checker, all) =>
          checker.get(who, idOf(all, aim), spoof(given)),
        ),
      ),
    fc
      .tuple(user, fields, target, disguise)
      .map(([who, chosen, aim, given]) =>
        named(`update by ${who} of ${aim.owner}`, (checker, all) =>
          checker.update(who, idOf(all, aim), chosen, spoof(given)),
        ),
      ),
    fc
      .tuple(user, fields, target, target, disguise)
      .map(([who, chosen, aim, seen, given]) =>
        named(`update by ${who} of ${aim.owner} with an ETag`, (checker, all) =>
          checker.update(who, idOf(all, aim), chosen, spoof(conditional(all, seen, given))),
        ),
      ),
    fc.tuple(user, target, user).map(([who, aim, other]) =>
      named(`update by ${who} of ${aim.owner} to ${other}`, async (checker, all) => {
        const options = { user: who, id: idOf(all, aim), body: { userId: other } };
        for (const { operationId } of updates) await checker.refused(operationId, spoof(options), 422);
      }),
    ),
    fc
      .tuple(user, target, disguise)
      .map(([who, aim, given]) =>
        named(`delete by ${who} of ${aim.owner}`, (checker, all) =>
          checker.remove(who, idOf(all, aim), spoof(given)),
        ),
      ),
    fc
      .tuple(user, target, target, disguise)
      .map(([who, aim, seen, given]) =>
        named(`delete by ${who} of ${aim.owner} with an ETag`, (checker, all) =>
          checker.remove(who, idOf(all, aim), spoof(conditional(all, seen, given))),
        ),
      ),
    fc
      .tuple(
        user,
        fc.option(fc.boolean(), { nil: undefined }),
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        user,
      )
      .map(([who, filter, newestFirst, limit, other]) =>
        named(`list by ${who} as ${other}`, (checker) =>
          checker.list(who, { filter, newestFirst, limit }, spoof({ query: { userId: other } })),
        ),
      ),
    fc.tuple(user, target).map(([who, aim]) =>
      named(`list by ${who} with the cursor of ${aim.owner}`, (checker, all) => {
        const after = idOf(all, aim);
        const of = WORLDS[aim.world]?.resource.kind ?? kind;
        const cursor = spoof(toCursor({ kind: of, filter: undefined, newestFirst: false }, after));
        if (of === kind) return checker.listAfter(who, cursor, after);
        return checker.refused(list.operationId, { user: who, query: { cursor } }, 400);
      }),
    ),
    ...(removeAll === undefined ? [] : removeAllCommands(removeAll.operationId)),
  ];

  function removeAllCommands(operationId: string): fc.Arbitrary<Command>[] {
    const refused = (name: string, options: CallOptions, status: number) =>
      named(name, (checker) => checker.refused(operationId, options, status));
    return [
      fc
        .tuple(user, fc.boolean(), disguise, fc.nat(3))
        .map(([who, onlyFiltered, given, chance]) =>
          named(`delete all of ${who}`, (checker) =>
            chance === 0 ? checker.removeAll(who, onlyFiltered, spoof(given)) : checker.list(who),
          ),
        ),
      fc
        .tuple(user, fc.constantFrom(...nearly(path)), fc.constantFrom('all', kind.filter ?? 'all'))
        .map(([who, at, which]) =>
          refused(
            `delete by ${who} at ${at}`,
            spoof({ user: who, path: at, query: { [which]: 'true' } }),
            404,
          ),
        ),
      user.map((who) => refused(`delete by ${who} without a word`, { user: who }, 422)),
      fc.tuple(user, user).map(([who, other]) => {
        const query = { all: 'true', userId: other };
        return refused(`delete all by ${who} as ${other}`, spoof({ user: who, query }), 422);
      }),
    ];
  }
}
