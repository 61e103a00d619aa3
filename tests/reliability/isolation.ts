import fc from 'fast-check';
import { tasks } from '../../functions/domain/task.ts';
import { makeDynamoStore } from '../../functions/store/dynamo-store.ts';
import { makeApi } from '../../support/api.ts';
import { SECRET_ENV, startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { startDynamo } from '../../support/dynamodb.ts';
import { bearer, hmacSigner, mint } from '../../support/tokens.ts';
import { type Call, Checker, type Disguise } from './checker.ts';
import { type Scenario, SEED } from './scenario.ts';

/** Ids that a careless comparison, key or pattern would take for one another. */
const USERS = [
  ...['ann', 'Ann', 'ANN', 'an', 'annn', 'ann.', 'ann#', 'ann#1', '#ann', 'ann%20', 'ann*', 'ann/../bob'],
  ...['bob', 'bob|ann', 'аnn', 'ann\u0301', 'ａｎｎ', '0', '~', '__proto__'],
];

const OPERATIONS = { full: 10_000, short: 400 };
const COMMANDS_PER_RUN = { full: 500, short: 200 };

export const isolation: Scenario = {
  name: 'Isolation',
  promise:
    'No operation and no spoof reads or changes a task of another user. Every answer is that of a model in which the users know nothing of each other.',
  run: async (scale) => {
    const dynamo = await startDynamo();
    try {
      const totals = { asked: 0, spoofed: 0 };
      while (totals.asked < OPERATIONS[scale]) {
        const store = makeDynamoStore({
          kind: tasks,
          client: dynamo.client,
          tableName: await dynamo.freshTable(),
        });
        await checkOnce(makeCall(makeApi({ store })), totals, COMMANDS_PER_RUN[scale]);
      }
      return [
        {
          what: 'operations, each checked against the model',
          figure: String(totals.asked),
          limit: `≥ ${OPERATIONS[scale]}`,
        },
        { what: 'of them with a spoof', figure: String(totals.spoofed) },
        { what: 'users with look-alike ids', figure: String(USERS.length) },
        { what: 'answers that showed or changed what is another user’s', figure: '0', limit: '0' },
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

async function checkOnce(call: Call, totals: Totals, commands: number): Promise<void> {
  const run = fc.asyncProperty(
    fc.commands(allCommands(totals), { maxCommands: commands, size: 'max' }),
    async (chosen) => {
      const checker = new Checker(call);
      await fc.asyncModelRun(() => ({ model: {}, real: checker }), chosen);
      for (const user of USERS) await checker.list(user, { limit: 100 });
      totals.asked += checker.asked;
    },
  );
  await fc.assert(run, { numRuns: 1, seed: SEED + totals.asked, endOnFailure: true });
}

type Step = (checker: Checker) => Promise<void>;

class Command implements fc.AsyncCommand<object, Checker> {
  readonly #name: string;
  readonly #step: Step;
  constructor(name: string, step: Step) {
    this.#name = name;
    this.#step = step;
  }
  check(): boolean {
    return true;
  }
  run(_model: object, checker: Checker): Promise<void> {
    return this.#step(checker);
  }
  toString(): string {
    return this.#name;
  }
}

const user = fc.constantFrom(...USERS);
const title = fc.constantFrom('Buy milk', 'Call mum', 'ann', '<b>', '🐎');
const fields = fc.record(
  {
    title,
    completed: fc.boolean(),
    order: fc.option(fc.integer({ min: -9, max: 9 })),
    description: fc.constantFrom('', 'x'),
  },
  { requiredKeys: [] },
);
/** Whose task is meant, and which of theirs. */
const target = fc.record({ owner: user, index: fc.nat(30) });

/** Paths that a careless router takes for the one of the collection: an id that is empty or goes up, and the like. */
const NEARLY_THE_COLLECTION = [
  ...['/api/tasks/', '//api/tasks', '/api/tasks/.', '/api/tasks/%2e', '/api/tasks/..', '/api//tasks'],
  ...['/./api/tasks', '/x/../api/tasks', '/%2e/api/tasks', '/api/tasks//', '/api/t%61sks', '/API/tasks'],
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

function idOf(checker: Checker, { owner, index }: { owner: string; index: number }): string {
  const ids = checker.idsOf(owner);
  return ids[index % Math.max(ids.length, 1)] ?? '01890a5d-ac96-774b-bcce-b302099a8057';
}

/** An ETag as a client would have it from a task it saw, its own or not. */
function conditional(checker: Checker, aim: { owner: string; index: number }, given: Disguise): Disguise {
  const version = checker.versionOf(aim.owner, idOf(checker, aim)) ?? 1;
  return { headers: { ...given.headers, 'If-Match': `"${version}"` } };
}

function allCommands(totals: Totals): fc.Arbitrary<Command>[] {
  const spoof = <Value extends object | string>(value: Value): Value => {
    if (Object.keys(value).length > 0) totals.spoofed += 1;
    return value;
  };
  const named = (name: string, step: Step) => new Command(name, step);
  return [
    fc
      .tuple(user, fields, title, disguise)
      .map(([who, chosen, name, given]) =>
        named(`create by ${who}`, (checker) => checker.create(who, { ...chosen, title: name }, spoof(given))),
      ),
    fc
      .tuple(user, title, fc.nat(2))
      .map(([who, name, key]) =>
        named(`create by ${who} with key ${key}`, (checker) =>
          checker.create(who, { title: name }, spoof({ headers: { 'Idempotency-Key': `key-${key}` } })),
        ),
      ),
    fc
      .tuple(user, user, fc.constantFrom('userId', 'ownerId', 'id', 'user_id', 'sub', 'principalId'))
      .map(([who, other, member]) =>
        named(`create by ${who} as ${other}`, (checker) =>
          checker.refused('createTask', spoof({ user: who, body: { title: 'x', [member]: other } }), 422),
        ),
      ),
    fc
      .tuple(user, target, disguise)
      .map(([who, aim, given]) =>
        named(`get by ${who} of ${aim.owner}`, (checker) =>
          checker.get(who, idOf(checker, aim), spoof(given)),
        ),
      ),
    fc
      .tuple(user, fields, target, disguise)
      .map(([who, chosen, aim, given]) =>
        named(`update by ${who} of ${aim.owner}`, (checker) =>
          checker.update(who, idOf(checker, aim), chosen, spoof(given)),
        ),
      ),
    fc
      .tuple(user, fields, target, target, disguise)
      .map(([who, chosen, aim, seen, given]) =>
        named(`update by ${who} of ${aim.owner} with an ETag`, (checker) =>
          checker.update(who, idOf(checker, aim), chosen, spoof(conditional(checker, seen, given))),
        ),
      ),
    fc
      .tuple(user, target, user)
      .map(([who, aim, other]) =>
        named(`update by ${who} of ${aim.owner} to ${other}`, (checker) =>
          checker.refused(
            'updateTask',
            spoof({ user: who, taskId: idOf(checker, aim), body: { userId: other } }),
            422,
          ),
        ),
      ),
    fc
      .tuple(user, target, disguise)
      .map(([who, aim, given]) =>
        named(`delete by ${who} of ${aim.owner}`, (checker) =>
          checker.remove(who, idOf(checker, aim), spoof(given)),
        ),
      ),
    fc
      .tuple(user, target, target, disguise)
      .map(([who, aim, seen, given]) =>
        named(`delete by ${who} of ${aim.owner} with an ETag`, (checker) =>
          checker.remove(who, idOf(checker, aim), spoof(conditional(checker, seen, given))),
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
      .map(([who, completed, newestFirst, limit, other]) =>
        named(`list by ${who} as ${other}`, (checker) =>
          checker.list(
            who,
            { ...(completed !== undefined && { completed }), newestFirst, limit },
            spoof({ query: { userId: other } }),
          ),
        ),
      ),
    fc.tuple(user, target).map(([who, aim]) =>
      named(`list by ${who} with the cursor of ${aim.owner}`, (checker) => {
        const after = idOf(checker, aim);
        return checker.listAfter(who, spoof(Buffer.from(`1|all|asc|${after}`).toString('base64url')), after);
      }),
    ),
    fc
      .tuple(user, fc.boolean(), disguise, fc.nat(3))
      .map(([who, onlyFiltered, given, chance]) =>
        named(`delete all of ${who}`, (checker) =>
          chance === 0 ? checker.removeAll(who, onlyFiltered, spoof(given)) : checker.list(who),
        ),
      ),
    fc
      .tuple(user, fc.constantFrom(...NEARLY_THE_COLLECTION), fc.constantFrom('all', 'completed'))
      .map(([who, path, which]) =>
        named(`delete by ${who} at ${path}`, (checker) =>
          checker.refused('deleteTasks', spoof({ user: who, path, query: { [which]: 'true' } }), 404),
        ),
      ),
    user.map((who) =>
      named(`delete by ${who} without a word`, (checker) =>
        checker.refused('deleteTasks', { user: who }, 422),
      ),
    ),
    fc
      .tuple(user, user)
      .map(([who, other]) =>
        named(`delete all by ${who} as ${other}`, (checker) =>
          checker.refused('deleteTasks', spoof({ user: who, query: { all: 'true', userId: other } }), 422),
        ),
      ),
  ];
}
