import assert from 'node:assert/strict';
import { inGroup } from '../check.ts';
import {
  type Problem,
  type Reply,
  requireProblem,
  requireStatus,
  type SendOptions,
  type Task,
} from '../session.ts';

const { anyone, signedIn } = inGroup('errors');
const JSON_TYPE = { 'content-type': 'application/json' };

type Refusal = readonly [
  name: string,
  status: number,
  code: string,
  options: (marker: string) => SendOptions,
];

/** Bodies that POST /api/tasks refuses. Each holds the marker where it can, so that one stored by mistake is found. */
const BODIES: readonly Refusal[] = [
  [
    'a body that is not JSON',
    400,
    'malformed_json',
    (marker) => ({ text: `{"title":"${marker}"`, headers: JSON_TYPE }),
  ],
  ['no body', 400, 'missing_body', () => ({ headers: JSON_TYPE })],
  [
    'a form',
    415,
    'unsupported_media_type',
    (marker) => ({
      text: `title=${marker}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  ],
  [
    'JSON announced as text',
    415,
    'unsupported_media_type',
    (marker) => ({ text: JSON.stringify({ title: marker }), headers: { 'content-type': 'text/plain' } }),
  ],
  [
    'a body above 64 KB',
    413,
    'body_too_large',
    (marker) => ({ json: { title: marker, description: 'x'.repeat(66_000) } }),
  ],
  ['no title', 422, 'invalid_request', (marker) => ({ json: { description: marker } })],
  ['a blank title', 422, 'invalid_request', (marker) => ({ json: { title: ' \n ', description: marker } })],
  [
    'a title of 201 characters',
    422,
    'invalid_request',
    (marker) => ({ json: { title: 'x'.repeat(201), description: marker } }),
  ],
  [
    'a description of 5001 characters',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, description: 'x'.repeat(5001) } }),
  ],
  [
    'a title that is a number',
    422,
    'invalid_request',
    (marker) => ({ json: { title: 5, description: marker } }),
  ],
  ['a body that is an array', 422, 'invalid_request', (marker) => ({ json: [{ title: marker }] })],
  ['an unknown property', 422, 'invalid_request', (marker) => ({ json: { title: marker, colour: 'red' } })],
  [
    'an id of the client’s own',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, id: '01900000-0000-7000-8000-000000000000' } }),
  ],
  [
    'another owner',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, userId: 'somebody-else' } }),
  ],
  [
    'a day that does not exist',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, dueAt: '2030-02-30T00:00:00Z' } }),
  ],
  [
    'a date without an offset',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, dueAt: '2030-02-28T00:00:00' } }),
  ],
  [
    'an order that is no whole number',
    422,
    'invalid_request',
    (marker) => ({ json: { title: marker, order: 1.5 } }),
  ],
];

const QUERIES: readonly (readonly [query: string, status: number, code: string])[] = [
  ['limit=0', 422, 'invalid_request'],
  ['limit=101', 422, 'invalid_request'],
  ['limit=ten', 422, 'invalid_request'],
  ['limit=1&limit=2', 422, 'invalid_request'],
  ['completed=maybe', 422, 'invalid_request'],
  ['sort=title', 422, 'invalid_request'],
  ['cursor=nonsense', 400, 'malformed_cursor'],
];

/** A 422 says what is wrong; every other problem has no `errors`. */
function requireFaults({ status, body }: Reply): void {
  const { errors = [] } = body as Problem;
  assert.equal(errors.length > 0, status === 422, 'errors names each fault of a 422');
}

export const ERROR_CHECKS = [
  anyone('an unknown route is 404 route_not_found', async ({ anonymous }) => {
    requireProblem(await anonymous.get('/api/no-such-route'), 404, 'route_not_found');
  }),

  anyone('an unknown method is 404 route_not_found', async ({ anonymous }) => {
    requireProblem(await anonymous.send('POST', '/api/health', { json: {} }), 404, 'route_not_found');
  }),

  signedIn(
    'an unknown route is refused with a token too, which the answer does not repeat',
    async ({ user }) => {
      const reply = await user.get('/api/no-such-route');
      // API Gateway may take the token for a signature of AWS's own and refuse that instead.
      if (reply.status !== 403) requireProblem(reply, 404, 'route_not_found');
      assert.doesNotMatch(JSON.stringify(reply.body), /Bearer|eyJ/);
    },
  ),

  ...BODIES.map(([name, status, code, options]) =>
    signedIn(`creating a task with ${name} is ${status} ${code}`, async ({ user }) => {
      const reply = await user.send('POST', '/api/tasks', options(user.marker));
      requireProblem(reply, status, code);
      requireFaults(reply);
    }),
  ),

  signedIn('an Idempotency-Key of 256 characters is 400 malformed_idempotency_key', async ({ user }) => {
    const headers = { 'idempotency-key': 'k'.repeat(256) };
    const reply = await user.send('POST', '/api/tasks', { json: { title: user.marker }, headers });
    requireProblem(reply, 400, 'malformed_idempotency_key');
  }),

  signedIn('a refused request stores nothing', async ({ user }) => {
    for (const [, , , options] of BODIES) await user.send('POST', '/api/tasks', options(user.marker));
    const { body } = requireStatus(await user.get('/api/tasks?sort=-createdAt&limit=30'), 200);
    const stored = (body as Task[]).filter((task) => JSON.stringify(task).includes(user.marker));
    assert.deepEqual(stored, []);
  }),

  signedIn('a refused change changes nothing', async ({ user }) => {
    const { task } = await user.createTask();
    const path = `/api/tasks/${task.id}`;
    const json = { completed: true, colour: 'red' };
    requireProblem(await user.send('PATCH', path, { json }), 422, 'invalid_request');
    assert.deepEqual((await user.get(path)).body, task);
  }),

  ...QUERIES.map(([query, status, code]) =>
    signedIn(`listing with ${query} is ${status} ${code}`, async ({ user }) => {
      const reply = await user.get(`/api/tasks?${query}`);
      requireProblem(reply, status, code);
      requireFaults(reply);
    }),
  ),

  signedIn('a cursor of one list is 400 malformed_cursor for another', async ({ user }) => {
    await user.createTask();
    await user.createTask();
    const { headers } = await user.get('/api/tasks?sort=-createdAt&limit=1');
    const next = new URL(/^<([^>]+)>/.exec(headers.get('Link') ?? '')?.[1] ?? '');
    const cursor = encodeURIComponent(next.searchParams.get('cursor') ?? '');
    for (const query of ['limit=1', 'sort=-createdAt&completed=true']) {
      requireProblem(await user.get(`/api/tasks?${query}&cursor=${cursor}`), 400, 'malformed_cursor');
    }
  }),

  ...['nonsense', '01900000-0000-4000-8000-000000000000', '%F0%9F%90%8E', "'%20OR%201=1"].map((id) =>
    signedIn(`the id ${id} is 404 task_not_found`, async ({ user }) => {
      requireProblem(await user.get(`/api/tasks/${id}`), 404, 'task_not_found');
    }),
  ),

  signedIn('an If-Match that cannot be read is 400 malformed_header and not ignored', async ({ user }) => {
    const { task } = await user.createTask();
    const headers = { 'if-match': 'version one' };
    const reply = await user.send('PATCH', `/api/tasks/${task.id}`, { json: { completed: true }, headers });
    requireProblem(reply, 400, 'malformed_header');
  }),

  ...['complete=true', 'completed=false', 'completed=', 'all=false', 'all=true&completed=true', ''].map(
    (query) =>
      signedIn(
        `deleting tasks with ${query || 'no word about which'} is 422 and deletes none`,
        async ({ user }) => {
          await user.requireOnlyOwnTasks();
          const { task } = await user.createTask({ completed: true });
          requireProblem(await user.send('DELETE', `/api/tasks?${query}`), 422, 'invalid_request');
          requireStatus(await user.get(`/api/tasks/${task.id}`), 200);
        },
      ),
  ),

  ...['/api/tasks/', '//api/tasks'].map((path) =>
    signedIn(`deleting at ${path} is 404 and deletes none`, async ({ user }) => {
      await user.requireOnlyOwnTasks();
      const { task } = await user.createTask({ completed: true });
      requireProblem(await user.send('DELETE', `${path}?all=true`), 404, 'route_not_found');
      requireStatus(await user.get(`/api/tasks/${task.id}`), 200);
    }),
  ),
];
