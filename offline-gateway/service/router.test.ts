import { describe, expect, it } from '@jest/globals';
import { makeRouter } from './router.ts';

const ROUTES = [
  ['GET', '/'],
  ['GET', '/p/{id}'],
  ['GET', '/p/static'],
  ['POST', '/p/{proxy+}'],
  ['ANY', '/any/{id}/x'],
  ['GET', '/files/{proxy+}'],
  ['DELETE', '/files/one'],
] as const;

function find(method: string, path: string) {
  const router = makeRouter<string>();
  for (const [verb, template] of ROUTES) router.add(verb, template, `${verb} ${template}`);
  const match = router.find(method, path);
  return match && [match.target, match.pathParameters];
}

describe('routing', () => {
  it.each([
    ['GET', '/', 'GET /', null],
    ['GET', '/p/1', 'GET /p/{id}', { id: '1' }],
    ['GET', '/p/1/', 'GET /p/{id}', { id: '1' }],
    ['GET', '/p/a%2Fb', 'GET /p/{id}', { id: 'a%2Fb' }],
    ['GET', '/p/static', 'GET /p/static', null],
    ['GET', '/p/st%61tic', 'GET /p/static', null],
    ['POST', '/p/static', 'POST /p/{proxy+}', { proxy: 'static' }],
    ['POST', '/p/1', 'POST /p/{proxy+}', { proxy: '1' }],
    ['POST', '/p/a//b/', 'POST /p/{proxy+}', { proxy: 'a//b' }],
    ['PATCH', '/any/1/x', 'ANY /any/{id}/x', { id: '1' }],
    ['GET', '/files/one', 'GET /files/{proxy+}', { proxy: 'one' }],
    ['DELETE', '/files/one', 'DELETE /files/one', null],
  ])('%s %s goes to %s', (method, path, target, parameters) => {
    expect(find(method, path)).toEqual([target, parameters]);
  });

  it.each([
    ['POST', '/'],
    ['HEAD', '/p/1'],
    ['OPTIONS', '/p/1'],
    ['GET', '/p'],
    ['GET', '/p/'],
    ['GET', '/p//'],
    ['GET', '/p/1/2'],
    ['GET', '/files'],
    ['GET', '/files/'],
    ['PATCH', '/any//x'],
    ['get', '/p/1'],
    ['GET', '/constructor'],
    ['GET', '/%'],
  ])('%s %s goes nowhere', (method, path) => {
    expect(find(method, path)).toBeUndefined();
  });
});
