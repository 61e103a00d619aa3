import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { operationsOf, readDocument } from '../support/document.ts';
import { findResource } from '../support/resources.ts';

const text = readFileSync(new URL('tasks.http', import.meta.url), 'utf8');

const operations = operationsOf(readDocument())
  .filter(
    ({ path }) => path.startsWith('/api/') && (findResource({ path })?.kind.plural ?? 'tasks') === 'tasks',
  )
  .map(({ method, path, operation: { operationId } }) => ({
    operationId,
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/, '[^/]+')}$`),
  }));

/** Each request to the API as the operation it is, or as it stands when openapi.yml has no such route. */
const asked = [...text.matchAll(/^(GET|POST|PUT|PATCH|DELETE) \{\{api\}\}([^?\s]*)/gm)].map(
  ([request, method, path = '']) =>
    operations.find((candidate) => candidate.method === method && candidate.pattern.test(path))
      ?.operationId ?? request,
);

it('tasks.http shows every operation on tasks and each that is on no resource, and nothing else', () => {
  const promised = operations.map(({ operationId }) => operationId);
  expect([...new Set(asked)].sort()).toEqual(promised.sort());
});
