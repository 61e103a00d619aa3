import type { KindNames } from './names.ts';

/** One operation of a kind: its function, what it does, and the calls of DynamoDB it makes. */
interface Operation {
  readonly functionName: string;
  readonly file: string;
  readonly request: string;
  readonly method: string;
  readonly path: string;
  /** Exported by functions/http/owned-endpoints.ts. */
  readonly make: string;
  readonly calls: readonly string[];
}

/** The five operations of a kind. */
export function operationsOf({ name, plural, type, types }: KindNames): Operation[] {
  const all = `/api/${plural}`;
  const one = `${all}/{${name}Id}`;
  const row = (verb: string, method: string, path: string, calls: readonly string[]): Operation => {
    const isList = verb === 'list';
    return {
      functionName: `${verb}${isList ? types : type}`,
      file: `${verb}-${isList ? plural : name}`,
      request: `${method.toUpperCase()} ${path}`,
      method,
      path,
      make: `${verb}Owned`,
      calls,
    };
  };
  return [
    row('list', 'get', all, ['Query']),
    row('create', 'post', all, ['PutItem', 'GetItem', 'UpdateItem']),
    row('get', 'get', one, ['GetItem']),
    row('update', 'patch', one, ['UpdateItem', 'GetItem']),
    row('delete', 'delete', one, ['DeleteItem', 'GetItem']),
  ];
}

/** Path → text of every file of code of a kind. */
export function codeFiles(names: KindNames): ReadonlyMap<string, string> {
  return new Map([
    [`functions/domain/${names.name}.ts`, definitionOf(names)],
    [`functions/services/${names.name}-services.ts`, servicesOf(names)],
    ...operationsOf(names).map(
      (operation) => [`functions/${operation.file}.ts`, handlerOf(names, operation)] as const,
    ),
    [`functions/${names.plural}.test.ts`, testOf(names)],
  ]);
}

const definitionOf = ({ name, plural, type }: KindNames) => `import { InvalidRequest } from './errors.ts';
import { defineKind } from './kind.ts';

/** What a client decides about each of the ${plural}. */
export interface ${type}Fields {
  readonly title: string;
}

/** What belongs to a user under /api/${plural}. */
export const ${plural} = defineKind<${type}Fields>({
  name: '${name}',
  plural: '${plural}',
  keyPrefix: '!${plural}#',
  fields: {
    title: {},
  },
  requireFields,
});

/** Rules that openapi.yml cannot express. @throws {InvalidRequest} naming each field that breaks one. */
function requireFields<Given extends Partial<${type}Fields>>(fields: Given): Given {
  if (fields.title?.isWellFormed() === false)
    throw new InvalidRequest([{ pointer: '#/title', detail: 'must be valid Unicode' }]);
  return fields;
}
`;

const servicesOf = ({
  name,
  plural,
  type,
}: KindNames) => `import { type ${type}Fields, ${plural} } from '../domain/${name}.ts';
import type { OwnedServices } from '../http/owned-endpoints.ts';
import { ownedServices } from './owned-services.ts';

/** What the endpoints of ${plural} work with. */
export type ${type}Services = OwnedServices<${type}Fields>;

/** Wires the endpoints of ${plural} to the environment. */
export const ${name}Services = (): ${type}Services => ownedServices(${plural}, 'TASKS_TABLE');
`;

const handlerOf = (
  { name, plural, type }: KindNames,
  { functionName, file, request, make }: Operation,
) => `import { ${plural} } from './domain/${name}.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { ${functionName}Contract } from './http/generated/${file}.ts';
import { ${make} } from './http/owned-endpoints.ts';
import { type ${type}Services, ${name}Services } from './services/${name}-services.ts';

/** ${request}. openapi.yml \`${functionName}\`. */
export const ${functionName}: Endpoint<'${functionName}', ${type}Services> = ${make}(${plural});
export const handler = apiHandler(${functionName}Contract, ${functionName}, ${name}Services);
`;

const testOf = ({
  name,
  plural,
  type,
  types,
}: KindNames) => `import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { memoryStore } from '../support/memory-store.ts';
import { ${plural} } from './domain/${name}.ts';

const startApi = () => makeApi({ store: memoryStore(${plural}) as never });

async function created(api: ReturnType<typeof startApi>) {
  const { status, json } = await api.call<{ id: string; title: string }>('create${type}', { body: { title: 'First' } });
  expect(status).toBe(201);
  return { ...json, at: { pathParameters: { ${name}Id: json.id } } };
}

describe('${plural}', () => {
  it('are created, listed, read, changed and deleted', async () => {
    const api = startApi();
    const { id, at } = await created(api);
    expect((await api.call('list${types}')).json).toMatchObject([{ id, title: 'First' }]);
    const changed = await api.call('update${type}', { ...at, body: { title: 'Second' } });
    expect(changed.json).toMatchObject({ id, title: 'Second' });
    expect((await api.call('get${type}', at)).json).toEqual(changed.json);
    expect((await api.call('delete${type}', at)).json).toEqual({ detail: '${type} deleted' });
    expect((await api.call('get${type}', at)).status).toBe(404);
  });

  it('are those of their user, and to another one as if they did not exist', async () => {
    const api = startApi();
    const { at } = await created(api);
    expect((await api.call('list${types}', { caller: 'bob' })).json).toEqual([]);
    const foreign = await api.call('get${type}', { ...at, caller: 'bob' });
    expect(foreign).toMatchObject({ status: 404, json: { code: '${name}_not_found' } });
  });

  it('are refused without a title', async () => {
    expect(await startApi().call('create${type}', { body: {} })).toMatchObject({ status: 422 });
  });
});
`;

/** The functions of a kind as they stand in serverless.yml. */
export function functionsOf(names: KindNames): string {
  return operationsOf(names)
    .map(
      ({ functionName, file, method, path, calls }) => `
  ${functionName}:
    handler: functions/${file}.handler
    permissions: { TasksTable: [${calls.join(', ')}] }
    environment: \${self:custom.tasks}
    events:
      - http: { method: ${method}, path: '${path}', authorizer: '\${self:custom.authorizer}', cors: '\${self:custom.cors}' }
`,
    )
    .join('');
}
