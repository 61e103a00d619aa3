import { describe, expect, it } from '@jest/globals';
import { type Document, readDocument } from '../../support/document.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { contractModule, functionsOf, scopeOf, scopesOf } from './operations.ts';

type Security = Record<string, string[]>[];

const { path, list, create, kind } = EXAMPLE;
const READ = `${kind.plural}:read`;
const WRITE = `${kind.plural}:write`;

/** openapi.yml with other security of one operation, and the function that serves it. */
function withSecurity(path: string, security: Security) {
  const document: Document = readDocument();
  const operation = document.paths[path]?.get;
  if (operation === undefined) throw new Error(`openapi.yml has no GET ${path}`);
  operation.security = security;
  const name = operation['x-function'] ?? operation.operationId;
  return { document, name, served: functionsOf(document).get(name) ?? [] };
}

describe('scopes of openapi.yml', () => {
  it('are described once, with the scheme', () => {
    const scopes = scopesOf(readDocument());
    expect(scopes).toEqual(expect.arrayContaining([READ, WRITE, 'email', 'profile']));
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it.each<[string, Security]>([
    ['without a scope', [{ bearerAuth: [] }]],
    ['with two', [{ bearerAuth: [READ, WRITE] }]],
    ['with one that is not described', [{ bearerAuth: ['nowhere:read'] }]],
    ['with a name that every object has', [{ bearerAuth: ['constructor'] }]],
    ['with one or another', [{ bearerAuth: [READ] }, { bearerAuth: [WRITE] }]],
  ])('stop the generation of an operation that needs a caller %s', (_name, security) => {
    const { document, name, served } = withSecurity(path, security);
    expect(() => contractModule(document, name, served)).toThrow(list.operationId);
  });

  it('stop the generation of an operation without a caller to refuse', () => {
    const security: Security = [{}, { bearerAuth: [READ] }];
    const { document, name, served } = withSecurity('/api/me', security);
    expect(() => contractModule(document, name, served)).toThrow(/getMe/);
  });

  it('stop the generation of a function that serves operations of two scopes', () => {
    const document = readDocument();
    const served = [list, create].flatMap(
      ({ functionName }) => functionsOf(document).get(functionName) ?? [],
    );
    expect(() => scopeOf(document, served)).toThrow(/two scopes/);
  });

  it('stand in the contract that the handler stack reads', () => {
    const { document, name, served } = withSecurity(path, [{ bearerAuth: [WRITE] }]);
    expect(contractModule(document, name, served)).toContain(`scope: "${WRITE}"`);
  });
});
