import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../../support/api.ts';
import { bodyFor, OPERATIONS } from '../../support/operations.ts';
import { createdTask, type ProblemBody, type TaskBody } from '../../support/tasks.ts';

const ID = '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50';

/** Paths that API Gateway, or a router like it, may hand to the operation of `path`. */
const lookalikes = (path: string): [name: string, path: string][] => [
  ['a slash at the end', `${path}/`],
  ['two slashes at the end', `${path}//`],
  ['two slashes in front', `/${path}`],
  ['a dot segment in front', `/.${path}`],
  ['a dot segment at the end', `${path}/.`],
  ['an encoded dot segment at the end', `${path}/%2e`],
  ['two dots in front', `/x/..${path}`],
  ['encoded dots in front', `/%2e%2e${path}`],
  ['an encoded segment in front', `/%65vil${path}`],
  ['an encoded slash in front', `/a%2fb${path}`],
  ['an encoded letter', path.replace(/[a-z]/, '%61')],
  ['capitals', path.toUpperCase()],
  ['a parameter of the path', `${path};x=1`],
];

describe.each(OPERATIONS)(
  '$operationId',
  ({ operationId, method, path: template, operation, pathParameters }) => {
    const path = template.replace(/\{\w+\}/g, ID);
    const allowed = operation['x-trailing-slash'] ? ['a slash at the end'] : [];
    const removesAll = method === 'DELETE' && pathParameters.length === 0;
    const query = removesAll ? { all: 'true' } : {};

    it.each(lookalikes(path).filter(([name]) => !allowed.includes(name)))(
      'answers 404 to its path with %s',
      async (_name, asked) => {
        const options = { ...bodyFor(operationId), path: asked, query };
        const { status } = await makeApi().call(operationId, options);
        expect(status).toBe(404);
      },
    );
  },
);

describe('a path that is not exactly the one of the collection', () => {
  it.each(lookalikes('/api/tasks'))('deletes and creates nothing: %s', async (_name, path) => {
    const api = makeApi();
    const task = await createdTask(api);
    const reply = await api.call<ProblemBody>('deleteTasks', { path, query: { all: 'true' } });
    expect({ status: reply.status, code: reply.json.code }).toEqual({ status: 404, code: 'route_not_found' });
    await api.call('createTask', { path, body: { title: 'x' } });
    expect((await api.call('listTasks')).json).toEqual([task]);
  });
});

describe('the page of the documentation', () => {
  it.each(['/docs', '/docs/'])('answers at %s', async (path) => {
    expect((await makeApi().call('getDocs', { path })).status).toBe(200);
  });
});

describe('addresses in replies', () => {
  it.each(['/dev', '', '/todo', '/todo/v1'])('begin with the stage or base path %s', async (stage) => {
    const api = makeApi();
    const { json, headers } = await api.call<TaskBody>('createTask', { stage, body: { title: 'x' } });
    expect(json.url).toBe(`https://api.example.com${stage}/api/tasks/${json.id}`);
    expect(headers['Location']).toBe(json.url);
  });
});
