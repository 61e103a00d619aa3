import { describe, expect, it } from '@jest/globals';
import { makeApi, type ProblemBody } from '../../support/api.ts';
import { bodyFor, OPERATIONS } from '../../support/operations.ts';
import { createRecord, EACH_RESOURCE, EXAMPLE, type RecordBody } from '../../support/resources.ts';

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

describe.each(EACH_RESOURCE)('a path that is not exactly the one of %s', (_plural, resource) => {
  const { path: exact, list, create, removeAll } = resource;

  it.each(lookalikes(exact))('deletes and creates nothing: %s', async (_name, path) => {
    const api = makeApi();
    const record = await createRecord(api, resource);
    const replies = [
      await api.call<ProblemBody>(create.operationId, { path, ...bodyFor(create.operationId) }),
    ];
    if (removeAll !== undefined)
      replies.push(await api.call<ProblemBody>(removeAll.operationId, { path, query: { all: 'true' } }));
    for (const { status, json } of replies)
      expect({ status, code: json.code }).toEqual({ status: 404, code: 'route_not_found' });
    expect((await api.call(list.operationId)).json).toEqual([record]);
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
    const { operationId } = EXAMPLE.create;
    const { json, headers } = await api.call<RecordBody>(operationId, { stage, ...bodyFor(operationId) });
    expect(json['url']).toBe(`https://api.example.com${stage}${EXAMPLE.path}/${json.id}`);
    expect(headers['Location']).toBe(json['url']);
  });
});
