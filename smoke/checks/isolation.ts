import assert from 'node:assert/strict';
import { filtered, RESOURCES, type RecordBody, type Resource } from '../../support/resources.ts';
import { type Callers, type Check, inGroup } from '../check.ts';
import { type Reply, requireProblem, requireStatus, type Session } from '../session.ts';
import { Skipped } from '../skipped.ts';

const { signedIn, twoUsers } = inGroup('isolation');
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

/** @throws {Skipped} when both tokens are of one user. */
async function requireTwoUsers({ user, other }: Pick<Callers, 'user' | 'other'>): Promise<void> {
  const idOf = async (session: Session) =>
    ((await session.get('/api/me')).body as { user?: { userId: string } | null }).user?.userId;
  if ((await idOf(user)) === (await idOf(other))) throw new Skipped('both tokens are of the same user');
}

type Attempt = readonly [name: string, attempt: (session: Session, path: string) => Promise<Reply>];

/** What another user tries on a record: everything there is. */
function attemptsOn({ updates, textField }: Resource): Attempt[] {
  const json = { [textField]: 'mine now' };
  const headers = { 'if-match': '*' };
  return [
    ['read', (session, path) => session.get(path)],
    ...updates.map(
      ({ method }): Attempt => [
        `changed with ${method}`,
        (session, path) => session.send(method, path, { json }),
      ],
    ),
    ['changed with If-Match: *', (session, path) => session.send('PATCH', path, { json: {}, headers })],
    ['deleted', (session, path) => session.send('DELETE', path)],
  ];
}

/** All of a problem that may not tell one 404 from the other. */
function withoutRequestId({ body }: Reply): unknown {
  return { ...(body as object), requestId: undefined };
}

function isolationOf(resource: Resource): Check[] {
  const { kind, path: collection, removeAll } = resource;
  const { name, plural, filter } = kind;
  const filters = filter === undefined ? [''] : ['', `&${filter}=false`, `&${filter}=true`];
  return [
    ...attemptsOn(resource).map(([what, attempt]) =>
      twoUsers(`another user’s ${name} cannot be ${what}, and might as well not exist`, async (callers) => {
        await requireTwoUsers(callers);
        const { user, other } = callers;
        const { record, path } = await user.createRecord(resource);
        const foreign = await attempt(other, path);
        requireProblem(foreign, 404, `${name}_not_found`);
        const missing = await attempt(other, `${collection}/${UNKNOWN_ID}`);
        assert.deepEqual(withoutRequestId(foreign), withoutRequestId(missing));
        assert.deepEqual((await user.get(path)).body, record, `the ${name} is as it was`);
      }),
    ),

    twoUsers(`another user’s list of ${plural} does not hold it, whatever the filter`, async (callers) => {
      await requireTwoUsers(callers);
      const { user, other } = callers;
      const { record } = await user.createRecord(resource);
      for (const query of filters) {
        const { body } = requireStatus(await other.get(`${collection}?sort=-createdAt${query}`), 200);
        assert.ok((body as RecordBody[]).every(({ id }) => id !== record.id));
      }
    }),

    twoUsers(`a cursor of another user reaches none of their ${plural}`, async (callers) => {
      await requireTwoUsers(callers);
      const { user, other } = callers;
      const ids = [
        (await user.createRecord(resource)).record.id,
        (await user.createRecord(resource)).record.id,
      ];
      const { headers } = await user.get(`${collection}?sort=-createdAt&limit=1`);
      const next = /^<([^>]+)>/.exec(headers.get('Link') ?? '')?.[1];
      assert.ok(next, 'there is a second page');
      const { body } = requireStatus(await other.get(next), 200);
      assert.ok((body as RecordBody[]).every(({ id }) => !ids.includes(id)));
    }),

    twoUsers(`an Idempotency-Key of another user’s ${name} is a key of one’s own`, async (callers) => {
      await requireTwoUsers(callers);
      const { user, other } = callers;
      const headers = { 'idempotency-key': user.marker };
      const { record } = await user.createRecord(resource, {}, headers);
      const { record: others, reply } = await other.createRecord(resource, {}, headers);
      assert.notEqual(others.id, record.id);
      assert.equal(reply.headers.get('Idempotency-Replayed'), null);
    }),

    ...(removeAll === undefined
      ? []
      : [
          twoUsers(`deleting all of one user’s ${plural} keeps another’s`, async (callers) => {
            await requireTwoUsers(callers);
            const { user, other } = callers;
            await other.requireOnlyOwn(resource);
            const { record, path } = await user.createRecord(resource, filtered(resource, true));
            if (filter !== undefined)
              requireStatus(await other.send('DELETE', `${collection}?${filter}=true`), 200);
            requireStatus(await other.send('DELETE', `${collection}?all=true`), 200);
            assert.deepEqual((await user.get(path)).body, record);
          }),
        ]),
  ];
}

/** The id of a record of one kind is unknown to the routes of each other kind. */
function kindsApart(resource: Resource): Check[] {
  return RESOURCES.filter((other) => other !== resource).map((other) =>
    signedIn(`the id of a ${resource.kind.name} is that of no ${other.kind.name}`, async ({ user }) => {
      const { record, path } = await user.createRecord(resource);
      for (const [what, attempt] of attemptsOn(other)) {
        const reply = await attempt(user, `${other.path}/${record.id}`);
        assert.equal(reply.status, 404, `it cannot be ${what}`);
      }
      assert.deepEqual((await user.get(path)).body, record);
    }),
  );
}

export const ISOLATION_CHECKS = RESOURCES.flatMap((resource) => [
  ...isolationOf(resource),
  ...kindsApart(resource),
]);
