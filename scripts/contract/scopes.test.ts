import { describe, expect, it } from '@jest/globals';
import { type Document, readDocument } from '../../support/document.ts';
import { contractModule, functionsOf, scopeOf, scopesOf } from './operations.ts';

type Security = Record<string, string[]>[];

/** openapi.yml with other security of one operation, and the function that serves it. */
function withSecurity(path: string, method: 'get' | 'put' | 'patch', security: Security) {
  const document: Document = readDocument();
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`openapi.yml has no ${method} ${path}`);
  operation.security = security;
  const name = operation['x-function'] ?? operation.operationId;
  return { document, name, served: functionsOf(document).get(name) ?? [] };
}

describe('scopes of openapi.yml', () => {
  it('are described once, with the scheme', () => {
    const scopes = scopesOf(readDocument());
    expect(scopes).toEqual(expect.arrayContaining(['tasks:read', 'tasks:write', 'email', 'profile']));
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it.each<[string, Security]>([
    ['without a scope', [{ bearerAuth: [] }]],
    ['with two', [{ bearerAuth: ['tasks:read', 'tasks:write'] }]],
    ['with one that is not described', [{ bearerAuth: ['nowhere:read'] }]],
    ['with a name that every object has', [{ bearerAuth: ['constructor'] }]],
    ['with one or another', [{ bearerAuth: ['tasks:read'] }, { bearerAuth: ['tasks:write'] }]],
  ])('stop the generation of an operation that needs a caller %s', (_name, security) => {
    const { document, name, served } = withSecurity('/api/tasks', 'get', security);
    expect(() => contractModule(document, name, served)).toThrow(/listTasks/);
  });

  it('stop the generation of an operation without a caller to refuse', () => {
    const security: Security = [{}, { bearerAuth: ['tasks:read'] }];
    const { document, name, served } = withSecurity('/api/me', 'get', security);
    expect(() => contractModule(document, name, served)).toThrow(/getMe/);
  });

  it('stop the generation of a function that serves operations of two scopes', () => {
    const { document, served } = withSecurity('/api/tasks/{taskId}', 'put', [{ bearerAuth: ['tasks:read'] }]);
    expect(() => scopeOf(document, served)).toThrow(/two scopes/);
  });

  it('stand in the contract that the handler stack reads', () => {
    const { document, name, served } = withSecurity('/api/tasks', 'get', [{ bearerAuth: ['tasks:write'] }]);
    expect(contractModule(document, name, served)).toContain('scope: "tasks:write"');
  });
});
