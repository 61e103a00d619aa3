import assert from 'node:assert/strict';
import { type Callers, inGroup } from '../check.ts';
import { type Reply, requireProblem, requireStatus, type Session, type Task } from '../session.ts';
import { Skipped } from '../skipped.ts';

const { twoUsers } = inGroup('isolation');
const NO_TASK = '01900000-0000-7000-8000-000000000000';

/** @throws {Skipped} when both tokens are of one user. */
async function requireTwoUsers({ user, other }: Pick<Callers, 'user' | 'other'>): Promise<void> {
  const idOf = async (session: Session) =>
    ((await session.get('/api/me')).body as { user?: { userId: string } | null }).user?.userId;
  if ((await idOf(user)) === (await idOf(other))) throw new Skipped('both tokens are of the same user');
}

/** What another user tries on a task: everything there is. */
const ATTEMPTS: readonly (readonly [
  name: string,
  attempt: (session: Session, path: string) => Promise<Reply>,
])[] = [
  ['read', (session, path) => session.get(path)],
  ['changed with PATCH', (session, path) => session.send('PATCH', path, { json: { title: 'mine now' } })],
  ['changed with PUT', (session, path) => session.send('PUT', path, { json: { title: 'mine now' } })],
  [
    'changed with If-Match: *',
    (session, path) => session.send('PATCH', path, { json: {}, headers: { 'if-match': '*' } }),
  ],
  ['deleted', (session, path) => session.send('DELETE', path)],
];

/** All of a problem that may not tell one 404 from the other. */
function withoutRequestId({ body }: Reply): unknown {
  return { ...(body as object), requestId: undefined };
}

export const ISOLATION_CHECKS = [
  ...ATTEMPTS.map(([name, attempt]) =>
    twoUsers(`another user’s task cannot be ${name}, and might as well not exist`, async (callers) => {
      await requireTwoUsers(callers);
      const { user, other } = callers;
      const { task } = await user.createTask();
      const foreign = await attempt(other, `/api/tasks/${task.id}`);
      requireProblem(foreign, 404, 'task_not_found');
      assert.deepEqual(
        withoutRequestId(foreign),
        withoutRequestId(await attempt(other, `/api/tasks/${NO_TASK}`)),
      );
      assert.deepEqual((await user.get(`/api/tasks/${task.id}`)).body, task, 'the task is as it was');
    }),
  ),

  twoUsers('another user’s list does not hold it, whatever the filter', async (callers) => {
    await requireTwoUsers(callers);
    const { user, other } = callers;
    const { task } = await user.createTask();
    for (const filter of ['', '&completed=false', '&completed=true']) {
      const { body } = requireStatus(await other.get(`/api/tasks?sort=-createdAt${filter}`), 200);
      assert.ok((body as Task[]).every(({ id }) => id !== task.id));
    }
  }),

  twoUsers('a cursor of another user reaches nothing of theirs', async (callers) => {
    await requireTwoUsers(callers);
    const { user, other } = callers;
    const ids = [(await user.createTask()).task.id, (await user.createTask()).task.id];
    const { headers } = await user.get('/api/tasks?sort=-createdAt&limit=1');
    const next = /^<([^>]+)>/.exec(headers.get('Link') ?? '')?.[1];
    assert.ok(next, 'there is a second page');
    const { body } = requireStatus(await other.get(next), 200);
    assert.ok((body as Task[]).every(({ id }) => !ids.includes(id)));
  }),

  twoUsers('an Idempotency-Key of another user is a key of one’s own', async (callers) => {
    await requireTwoUsers(callers);
    const { user, other } = callers;
    const headers = { 'idempotency-key': user.marker };
    const { task } = await user.createTask({}, headers);
    const { task: othersTask, reply } = await other.createTask({}, headers);
    assert.notEqual(othersTask.id, task.id);
    assert.equal(reply.headers.get('Idempotency-Replayed'), null);
  }),

  twoUsers('deleting all of one user’s tasks keeps another’s', async (callers) => {
    await requireTwoUsers(callers);
    const { user, other } = callers;
    await other.requireOnlyOwnTasks();
    const { task } = await user.createTask({ completed: true });
    requireStatus(await other.send('DELETE', '/api/tasks?completed=true'), 200);
    requireStatus(await other.send('DELETE', '/api/tasks?all=true'), 200);
    assert.deepEqual((await user.get(`/api/tasks/${task.id}`)).body, task);
  }),
];
