import assert from 'node:assert/strict';
import { inGroup } from '../check.ts';
import { type Reply, requireProblem, requireStatus, type Session, type Task } from '../session.ts';

const { signedIn } = inGroup('tasks');

/** What `Link` says comes next. */
function nextPage(reply: Reply): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('Link') ?? '')?.[1];
}

/** Follows `Link` until it has seen every task wanted, or the list ends. */
async function listUntil(user: Session, path: string, wanted: ReadonlySet<string>): Promise<Task[]> {
  const seen: Task[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const reply = requireStatus(await user.get(next), 200);
    seen.push(...(reply.body as Task[]).filter(({ id }) => wanted.has(id)));
    next = seen.length < wanted.size ? nextPage(reply) : undefined;
  }
  return seen;
}

const idsOf = (tasks: readonly Task[]): string[] => tasks.map(({ id }) => id);

const lifecycle = [
  signedIn('a task is created as it was sent, and has an address', async ({ user }) => {
    const sent = {
      title: `${user.marker} Žluťoučký kůň 🐎`,
      description: 'first line\nsecond line',
      completed: true,
      order: -3,
      dueAt: '2030-02-28T23:30:00+02:00',
    };
    const { task, reply } = await user.createTask(sent);
    const { id, createdAt, updatedAt, url, ...kept } = task;
    assert.deepEqual(kept, { ...sent, dueAt: '2030-02-28T21:30:00.000Z' });
    assert.equal(createdAt, updatedAt);
    assert.equal(url, `${user.baseUrl}/api/tasks/${id}`, 'url is how the client reached the API');
    assert.equal(reply.headers.get('Location'), url);
  }),

  signedIn('a task created with just a title has the defaults, its title trimmed', async ({ user }) => {
    const { task } = await user.createTask({ title: `  ${user.marker} short \n` });
    const { title, description, completed, order, dueAt } = task;
    assert.deepEqual(
      { title, description, completed, order, dueAt },
      { title: `${user.marker} short`, description: '', completed: false, order: null, dueAt: null },
    );
  }),

  signedIn('a task can be read at its address, with the ETag it was created with', async ({ user }) => {
    const { task, etag } = await user.createTask();
    const reply = requireStatus(await user.get(task.url), 200);
    assert.deepEqual(reply.body, task);
    assert.equal(reply.headers.get('ETag'), etag);
  }),

  signedIn('a task that did not change is 304 for its ETag', async ({ user }) => {
    const { task, etag } = await user.createTask();
    const reply = requireStatus(await user.get(`/api/tasks/${task.id}`, { 'if-none-match': etag }), 304);
    assert.equal(reply.text, '');
    requireStatus(await user.get(`/api/tasks/${task.id}`, { 'if-none-match': '"another"' }), 200);
  }),

  ...['PATCH', 'PUT'].map((method) =>
    signedIn(`${method} changes the fields that are sent and keeps the others`, async ({ user }) => {
      const { task, etag } = await user.createTask({
        description: 'stays',
        order: 7,
        dueAt: '2030-01-01T00:00:00Z',
      });
      const json = { completed: true, order: null };
      const reply = requireStatus(await user.send(method, `/api/tasks/${task.id}`, { json }), 200);
      const { updatedAt, ...changed } = reply.body as Task;
      const { updatedAt: before, ...rest } = task;
      assert.deepEqual(changed, { ...rest, ...json });
      assert.ok(updatedAt >= before, 'updatedAt moves on');
      assert.notEqual(reply.headers.get('ETag'), etag, 'another version, another ETag');
    }),
  ),

  signedIn('a change based on an outdated version is 412 and changes nothing', async ({ user }) => {
    const { task, etag } = await user.createTask();
    const path = `/api/tasks/${task.id}`;
    const change = (title: string) =>
      user.send('PATCH', path, { json: { title: `${user.marker} ${title}` }, headers: { 'if-match': etag } });
    requireStatus(await change('first'), 200);
    requireProblem(await change('second'), 412, 'stale_version');
    assert.equal(((await user.get(path)).body as Task).title, `${user.marker} first`);
  }),

  signedIn('deleting an outdated version is 412; deleted, a task is 404 for everything', async ({ user }) => {
    const { task, etag } = await user.createTask();
    const path = `/api/tasks/${task.id}`;
    requireStatus(await user.send('PATCH', path, { json: { completed: true } }), 200);
    requireProblem(await user.send('DELETE', path, { headers: { 'if-match': etag } }), 412, 'stale_version');
    const deleted = requireStatus(await user.send('DELETE', path), 200);
    assert.deepEqual(deleted.body, { detail: 'Task deleted' });
    requireProblem(await user.get(path), 404, 'task_not_found');
    requireProblem(await user.send('DELETE', path), 404, 'task_not_found');
    requireProblem(await user.send('PATCH', path, { json: { completed: false } }), 404, 'task_not_found');
    requireProblem(await user.get(path), 404, 'task_not_found');
  }),
];

const repeats = [
  signedIn('a creation repeated with its Idempotency-Key gives the same task again', async ({ user }) => {
    const headers = { 'idempotency-key': user.marker };
    const first = await user.createTask({ order: 1 }, headers);
    const second = await user.createTask({ order: 1 }, headers);
    assert.deepEqual(second.task, first.task);
    const replayed = [first, second].map(({ reply }) => reply.headers.get('Idempotency-Replayed'));
    assert.deepEqual(replayed, [null, 'true']);
  }),

  signedIn('creations with one Idempotency-Key at the same time make one task', async ({ user }) => {
    const headers = { 'idempotency-key': user.marker };
    const all = await Promise.all(Array.from({ length: 5 }, () => user.createTask({}, headers)));
    assert.equal(new Set(all.map(({ task }) => task.id)).size, 1);
    const { body } = await user.get('/api/tasks?sort=-createdAt&limit=10');
    assert.equal((body as Task[]).filter(({ title }) => title.includes(user.marker)).length, 1);
  }),

  signedIn('an Idempotency-Key used for another task is 422 idempotency_key_reused', async ({ user }) => {
    const headers = { 'idempotency-key': user.marker };
    await user.createTask({ order: 1 }, headers);
    const json = { title: `${user.marker} another` };
    requireProblem(await user.send('POST', '/api/tasks', { json, headers }), 422, 'idempotency_key_reused');
  }),
];

const lists = [
  signedIn('the newest tasks come first when asked for, page by page', async ({ user }) => {
    const created = [await user.createTask(), await user.createTask(), await user.createTask()];
    const ids = created.map(({ task }) => task.id);
    const seen = await listUntil(user, '/api/tasks?sort=-createdAt&limit=1', new Set(ids));
    assert.deepEqual(idsOf(seen), ids.toReversed());
  }),

  signedIn('tasks come in the order of their creation, page by page, each once', async ({ user }) => {
    await user.requireOnlyOwnTasks();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await user.createTask()).task.id);
    const seen = await listUntil(user, '/api/tasks?limit=2', new Set(ids));
    assert.deepEqual(idsOf(seen), ids);
  }),

  signedIn(
    'a filtered list holds what matches and nothing else, also right after a change',
    async ({ user }) => {
      const { task } = await user.createTask();
      const has = async (completed: boolean) => {
        const reply = await user.get(`/api/tasks?sort=-createdAt&limit=5&completed=${completed}`);
        const tasks = requireStatus(reply, 200).body as Task[];
        assert.ok(tasks.every((listed) => listed.completed === completed));
        return idsOf(tasks).includes(task.id);
      };
      assert.deepEqual([await has(false), await has(true)], [true, false]);
      requireStatus(await user.send('PATCH', `/api/tasks/${task.id}`, { json: { completed: true } }), 200);
      assert.deepEqual([await has(false), await has(true)], [false, true]);
    },
  ),
];

const deletions = [
  signedIn('deleting the completed tasks keeps the open ones', async ({ user }) => {
    await user.requireOnlyOwnTasks({ completed: true });
    const open = await user.createTask();
    const done = [await user.createTask({ completed: true }), await user.createTask({ completed: true })];
    await user.requireOnlyOwnTasks({ completed: true });
    requireStatus(await user.send('DELETE', '/api/tasks?completed=true'), 200);
    requireStatus(await user.get(`/api/tasks/${open.task.id}`), 200);
    for (const { task } of done)
      requireProblem(await user.get(`/api/tasks/${task.id}`), 404, 'task_not_found');
  }),

  signedIn('deleting all tasks leaves none, and says how many there were', async ({ user }) => {
    await user.requireOnlyOwnTasks();
    await user.createTask({ completed: true });
    await user.createTask();
    await user.requireOnlyOwnTasks();
    const { body: before } = await user.get('/api/tasks?limit=100');
    const { body } = requireStatus(await user.send('DELETE', '/api/tasks?all=true'), 200);
    assert.deepEqual(body, { detail: `${(before as Task[]).length} tasks deleted` });
    assert.deepEqual((await user.get('/api/tasks')).body, []);
  }),
];

const identity = [
  signedIn('getMe knows the caller', async ({ user }) => {
    const { user: caller } = requireStatus(await user.get('/api/me'), 200).body as {
      user: { userId: string } | null;
    };
    assert.ok(caller, 'the token is accepted, so there is a caller');
  }),

  signedIn('one token opens every route, not only the first it was used for', async ({ user }) => {
    const { task } = await user.createTask();
    const path = `/api/tasks/${task.id}`;
    const statuses = [
      (await user.get('/api/tasks?limit=1')).status,
      (await user.get(path)).status,
      (await user.send('PUT', path, { json: {} })).status,
      (await user.send('PATCH', path, { json: {} })).status,
      (await user.send('DELETE', path)).status,
    ];
    assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
  }),

  signedIn('the scheme may be written in lower case', async ({ user, anonymous }) => {
    requireStatus(await anonymous.get('/api/tasks?limit=1', { authorization: `bearer ${user.token}` }), 200);
  }),
];

export const TASK_CHECKS = [...identity, ...lifecycle, ...repeats, ...lists, ...deletions];
